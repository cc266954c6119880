package dev.salvor.archive;

import dev.salvor.api.Facts;
import dev.salvor.kube.ClusterReader;
import java.time.Instant;
import java.util.Optional;

/** When the newest WAL file reached the new lineage. */
public record NewestWal(ClusterReader cluster, Archives archives) {
  /**
   * Of {@link dev.salvor.api.PostgresFacts#lineage}; empty if there is none, or nobody can tell.
   */
  public Optional<Instant> of(Facts facts) {
    var lineage = facts.postgres().lineage();
    if (lineage == null) return Optional.empty();
    var read =
        new ArchiveRoom(cluster, archives)
            .read(
                facts,
                (reading, known) -> {
                  var found = reading.reader().read(lineage);
                  return found.segments().keySet().stream()
                      .flatMap(timeline -> found.lastUpload(timeline).stream())
                      .max(Instant::compareTo);
                });
    return read instanceof ArchiveRoom.Outcome.Read<Optional<Instant>>(var newest)
        ? newest
        : Optional.empty();
  }
}
