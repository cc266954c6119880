package dev.salvor.postgres;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.List;

/**
 * The Cluster before the volumes from before come back: how many instances it has now, and which
 * claims the others have. Manifest, archive and primary stay as they were recorded before the
 * recovery: they say what to go back to.
 */
public record UndoInspect(ClusterReader cluster, Run run) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var database = facts.postgres().knownDatabase();
    var found = Recorded.now(cluster, facts);
    if (found.isEmpty())
      return impossible(
          facts,
          Recorded.text(facts) + " does not exist any more",
          "apply its manifest again, or recover the earlier state with a new recovery and"
              + " spec.template");
    var live = found.get();
    if (!live.uid().equals(database.uid()))
      return impossible(
          facts,
          Recorded.text(facts) + " was made anew by somebody, UID " + live.uid(),
          "recover the earlier state with a new recovery");
    if (live.seen().terminating())
      return impossible(
          facts, Recorded.text(facts) + " is being deleted", "recover with a new recovery");
    var primary = Recorded.primary(facts);
    if (!live.primary().isEmpty() && !live.primary().equals(primary))
      return impossible(
          facts,
          "the primary is now "
              + live.primary()
              + ", and the volumes from before belong to "
              + primary,
          "switch over first: kubectl cnpg promote -n "
              + live.namespace()
              + " "
              + live.name()
              + " "
              + primary
              + ", then ask for the undo again");
    if (!live.targetPrimary().equals(live.primary()))
      return Sight.notYet(
          "a switchover is under way, from " + live.primary() + " to " + live.targetPrimary());
    var others = others(live, primary);
    var known =
        new DatabaseFacts(
            database.name(),
            database.uid(),
            database.manifest(),
            live.healthy(),
            database.canHibernate(),
            live.instances(),
            database.primary(),
            database.serial(),
            database.claims(),
            others,
            database.systemId(),
            database.timeline(),
            database.major(),
            database.archive());
    return Sight.seen(
        facts.withPostgres(facts.postgres().withDatabase(known)),
        "primary " + primary + ", claims of other instances: " + others.size());
  }

  private List<String> others(CnpgCluster live, String primary) {
    return live.owned(cluster, Kinds.PVC).stream()
        .filter(claim -> !claim.label(Cnpg.INSTANCE).equals(primary))
        .map(Seen::name)
        .sorted()
        .toList();
  }

  private static Sight<Facts> impossible(Facts facts, String why, String remedy) {
    return Sight.refused(
        facts, "UndoImpossible", "the volumes from before cannot be had back: " + why, remedy);
  }
}
