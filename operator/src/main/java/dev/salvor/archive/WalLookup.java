package dev.salvor.archive;

import dev.salvor.api.Facts;
import dev.salvor.kube.ClusterReader;
import java.util.Optional;

/**
 * Single files of a lineage, found by their names: one short listing each, whatever the size of the
 * archive, because the database is down meanwhile.
 */
public record WalLookup(ClusterReader cluster, Archives archives) {
  /** Empty if this WAL segment is below the prefix of that serverName; else why not. */
  public Optional<String> missing(Facts facts, String serverName, String segment) {
    var read =
        new ArchiveRoom(cluster, archives)
            .read(facts, (reading, _) -> reading.reader().holds(serverName, segment));
    return switch (read) {
      case ArchiveRoom.Outcome.Refused<Boolean>(_, var message, _) -> Optional.of(message);
      case ArchiveRoom.Outcome.Read<Boolean>(var there) ->
          there
              ? Optional.empty()
              : Optional.of("WAL segment " + segment + " has not reached lineage " + serverName);
    };
  }

  /**
   * Where a timeline left its parent.
   *
   * @param at as PostgreSQL writes it, {@code 0/7000000}
   * @param reaches true if that is not before the position asked for
   */
  public record Left(String at, boolean reaches) {}

  /**
   * By the history file of {@code timeline} below the prefix of that serverName.
   *
   * @param end position in the WAL of {@code parent}
   * @return empty if there is no such file, it cannot be read, or does not name the parent
   */
  public Optional<Left> left(
      Facts facts, String serverName, long timeline, long parent, String end) {
    var position = Lsn.of(end).orElseThrow();
    var read =
        new ArchiveRoom(cluster, archives)
            .read(facts, (reading, _) -> reading.reader().history(serverName, timeline));
    return read instanceof ArchiveRoom.Outcome.Read<Optional<TimelineHistory>>(var history)
        ? history.stream()
            .flatMap(found -> found.switches().stream())
            .filter(one -> one.parent() == parent)
            .findFirst()
            .map(one -> new Left(one.at().toString(), !position.isAfter(one.at())))
        : Optional.empty();
  }
}
