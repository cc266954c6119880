package dev.salvor.archive;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.Optional;

/**
 * The success of an ArchiveReset, seen in the bucket: a base backup of this very database below the
 * lineage it archives to now, with all WAL from it to the end of the archive.
 */
public record VerifyArchive(ClusterReader cluster, Run run, Archives archives)
    implements Look<Facts> {
  private static final Duration RECHECK = Duration.ofSeconds(5);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(30);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var missing =
        switch (new ArchiveRoom(cluster, archives).read(facts, this::missing)) {
          case ArchiveRoom.Outcome.Refused<Optional<String>> refused ->
              Optional.of(refused.message() + ". " + refused.remedy());
          case ArchiveRoom.Outcome.Read<Optional<String>>(var told) -> told;
        };
    return missing.isPresent()
        ? new Sight.NotYet<>("still missing: " + missing.get(), RECHECK, false)
        : Sight.seen(facts, "archiving works, and a base backup is in lineage " + lineage(facts));
  }

  private Optional<String> missing(ArchiveRoom.Reading reading, Facts facts) {
    var database = facts.postgres().knownDatabase();
    var seen = cluster.get(Kinds.CLUSTER.ref(facts.knownTarget().namespace(), database.name()));
    if (seen.isEmpty()) return Optional.of("the Cluster itself");
    var archiving = seen.get().condition("ContinuousArchiving");
    if (!archiving.isMissingNode() && !archiving.path("status").asText().equals("True"))
      return Optional.of("archiving: " + archiving.path("message").asText());
    if (!LineageNames.of(seen.get()).contains(lineage(facts)))
      return Optional.of("the Cluster does not archive to " + lineage(facts));
    var lineage = reading.reader().read(lineage(facts));
    var ours =
        lineage.usableBackups().stream()
            .filter(backup ->
                database.systemId() == null || database.systemId().equals(backup.systemId()))
            .toList();
    if (ours.isEmpty()) return Optional.of("a base backup in lineage " + lineage(facts));
    var newest = ours.getLast();
    return reading.recoverability(lineage).intervals().stream()
            .filter(interval -> interval.timeline() >= newest.timeline())
            .filter(interval -> interval.lastWal().number() >= newest.endWal().number())
            .anyMatch(interval -> toTheEnd(interval, lineage))
        ? Optional.empty()
        : Optional.of("unbroken WAL behind base backup " + newest.id());
  }

  /** A backup from before a gap does not get there. */
  private static boolean toTheEnd(Interval interval, Lineage lineage) {
    return lineage.segmentsOf(interval.lastWal().timeline()).highest().orElse(0)
        <= interval.lastWal().number();
  }

  private static String lineage(Facts facts) {
    var chosen = facts.postgres().lineage();
    return chosen == null ? facts.postgres().knownDatabase().knownArchive().serverName() : chosen;
  }
}
