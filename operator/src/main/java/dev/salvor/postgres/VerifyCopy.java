package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.Optional;

/**
 * The proof that the copy is the right database: its system identifier is the source's (a fresh
 * initdb has another), its timeline lies beyond every timeline of the source (a smaller one has
 * silently missed something, cloudnative-pg #10818), and it archives into the new lineage.
 */
public record VerifyCopy(ClusterReader cluster, Run run) implements Step.Look<Facts> {
  private static final String AGAIN =
      "Abort it, or try again with another target.backupID in a new recovery";

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var known = facts.postgres().knownCopy();
    var there =
        CnpgCluster.read(cluster, facts.knownTarget().namespace(), known.name(), known.uid())
            .filter(copy -> !copy.seen().terminating());
    if (there.isEmpty())
      return Sight.refused(
          facts,
          "CopyVanished",
          "Cluster " + known.name() + " was deleted while it was needed",
          "Find out who deletes Clusters in this namespace (GitOps pruning?), then try again");
    var copy = there.get();
    var wrong = wrong(facts, copy);
    if (wrong.isPresent()) return wrong.get();
    if (!copy.healthy())
      return Sight.notYet("Cluster " + copy.name() + " is not healthy: " + copy.story());
    var archiving = copy.archiving();
    if (archiving.isEmpty() || !archiving.get().isTrue())
      return Sight.notYet(
          "Cluster "
              + copy.name()
              + " has not archived into "
              + facts.postgres().knownLineage()
              + " yet"
              + archiving.map(condition -> ": " + condition.message()).orElse(""));
    return Sight.seen(
        facts.withTimes(facts.times().withProvenAt(moment.now())),
        "Cluster "
            + copy.name()
            + (facts.postgres().follow() == null
                ? " has the source's system identifier and timeline " + copy.timeline()
                : " has the source's system identifier and follows")
            + ", and archives into "
            + facts.postgres().knownLineage());
  }

  private Optional<Sight<Facts>> wrong(Facts facts, CnpgCluster copy) {
    var point = facts.postgres().knownPoint();
    if (!copy.systemId().isEmpty() && !copy.systemId().equals(point.systemId()))
      return Optional.of(
          Sight.refused(
              facts,
              "WrongSystem",
              "the copy is another database: system identifier "
                  + copy.systemId()
                  + " instead of "
                  + point.systemId(),
              AGAIN));
    if (facts.postgres().follow() != null && !copy.replica())
      return Optional.of(
          Sight.refused(
              facts,
              "CopyVanished",
              "Cluster " + copy.name() + " follows no more: it was promoted by somebody",
              "Find out who changes Clusters in this namespace (a policy, GitOps), then try again"));
    if (facts.postgres().follow() == null
        && copy.timeline() > 0
        && copy.timeline() <= point.newestTimeline())
      return Optional.of(
          Sight.refused(
              facts,
              "TimelineTooLow",
              "the copy is on timeline "
                  + copy.timeline()
                  + ", and the source goes up to "
                  + point.newestTimeline()
                  + ": the recovery has missed history files, and what lies behind them",
              AGAIN));
    var lineage = Archiving.serverName(copy.seen().json());
    if (!lineage.equals(facts.postgres().knownLineage()))
      return Optional.of(
          Sight.refused(
              facts,
              "CopyArchivesElsewhere",
              "the copy archives into "
                  + (lineage.isEmpty() ? "nothing" : lineage)
                  + " instead of "
                  + facts.postgres().knownLineage(),
              "Find out what changes Clusters in this namespace (a policy, GitOps), then try again"));
    return Optional.empty();
  }
}
