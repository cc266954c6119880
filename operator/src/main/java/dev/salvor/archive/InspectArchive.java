package dev.salvor.archive;

import dev.salvor.api.Facts;
import dev.salvor.api.Recoverable;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what the archive can bring back: every unbroken stretch of the Cluster's lineage and of
 * those before it. Reads the bucket, not CloudNativePG's word for it: that is absent or stale when
 * the cluster is dead.
 */
public record InspectArchive(ClusterReader cluster, Run run, Archives archives)
    implements Look<Facts> {
  /** In status; more stretches than a person reads. */
  private static final int MOST = 24;

  private static final int LINEAGES = 8;

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    if (facts.postgres().database() == null)
      return Sight.seen(facts.withFindings(name(), List.of()), "no Cluster whose archive to read");
    return switch (new ArchiveRoom(cluster, archives).read(facts, InspectArchive::recoverable)) {
      case ArchiveRoom.Outcome.Refused<List<Recoverable>> refused ->
          Sight.seen(
              facts
                  .withPostgres(facts.postgres().withRecoverable(List.of()))
                  .withFindings(name(), refused.finding(name())),
              refused.message());
      case ArchiveRoom.Outcome.Read<List<Recoverable>>(var found) ->
          Sight.seen(
              facts
                  .withPostgres(facts.postgres().withRecoverable(found))
                  .withFindings(name(), List.of()),
              found.isEmpty()
                  ? "the archive has no usable base backup"
                  : "recoverable from "
                      + found.getLast().from()
                      + " to "
                      + found.getFirst().until()
                      + " in "
                      + found.size()
                      + (found.size() == 1 ? " stretch" : " stretches"));
    };
  }

  private static List<Recoverable> recoverable(ArchiveRoom.Reading reading, Facts facts) {
    var own = facts.postgres().knownDatabase().knownArchive().serverName();
    var found = new ArrayList<Recoverable>();
    var names =
        LineageNames.family(own, reading.reader().lineages()).stream().limit(LINEAGES).toList();
    for (var name : names) {
      var lineage = reading.reader().read(name);
      for (var interval : reading.recoverability(lineage).intervals())
        found.add(
            new Recoverable(
                name,
                interval.backup().id(),
                interval.timeline(),
                interval.from(),
                interval.until(),
                interval.exact(),
                interval.backup().systemId(),
                interval.backup().major(),
                interval.note()));
    }
    return found.subList(0, Math.min(found.size(), MOST));
  }
}
