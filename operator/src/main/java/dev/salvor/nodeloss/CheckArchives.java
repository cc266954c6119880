package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.stream.Collectors;

/**
 * Whether the WAL of the Clusters with new instances goes to its archive. A replica that became the
 * primary may fail for ever with the marker of an empty archive, or archive beside another history
 * (postgres.md 1.14): what it is an ArchiveReset finds out.
 */
public record CheckArchives(ClusterReader cluster) implements Look<Facts> {
  /** The object store may have been on the node, too. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var databases = Rows.rebuilt(facts).stream().flatMap(ref -> cluster.get(ref).stream()).toList();
    var failing = databases.stream().filter(CheckArchives::fails).map(Seen::ref).toList();
    if (!failing.isEmpty() && moment.running().compareTo(PATIENCE) < 0)
      return Sight.notYet("waiting for WAL archiving of " + failing.getFirst().text());
    var told = facts.withNode(facts.knownNode().withUnarchived(failing));
    if (!failing.isEmpty())
      return Sight.seen(told, "archives that do not go on: " + failing.size());
    var silent =
        databases.stream()
            .filter(CheckArchives::isSilent)
            .map(database -> database.ref().text())
            .collect(Collectors.joining(", "));
    return Sight.seen(
        told,
        silent.isEmpty()
            ? "no archive has stopped"
            : "no archive has stopped; nothing is known of that of the new primary of "
                + silent
                + " until WAL is archived or a backup completed");
  }

  /**
   * True if the last word on its archive is of before its primary became it: the time of the
   * condition moves only when it flips.
   */
  private static boolean isSilent(Seen database) {
    var since = database.time("/status/currentPrimaryTimestamp");
    var word = Seen.time(database.condition("ContinuousArchiving").path("lastTransitionTime"));
    return since.isPresent() && word.isPresent() && word.get().isBefore(since.get());
  }

  /** True if it has an archive; without one it has no such condition. */
  private static boolean fails(Seen database) {
    return database.condition("ContinuousArchiving").path("status").asText().equals("False");
  }
}
