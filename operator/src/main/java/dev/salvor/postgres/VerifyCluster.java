package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * The success of a recovery: the planned Cluster, the source's system identifier, a timeline above
 * every one of the source, all instances ready, archiving proven since the exchange, and a base
 * backup in the lineage. What can only be late is waited for and named; what can only be wrong is
 * refused.
 */
public record VerifyCluster(ClusterReader cluster, Run run, Archived archived)
    implements Look<Facts> {
  private static final Duration RECHECK = Duration.ofSeconds(5);

  /** The operator takes the timeline over from the instances; until then it is that of before. */
  private static final Duration STALE = Duration.ofMinutes(2);

  public VerifyCluster(ClusterReader cluster, Run run) {
    this(cluster, run, Archived.UNSEEN);
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(30);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var found = Recorded.now(cluster, facts);
    if (found.isEmpty())
      return Sight.refused(
          facts,
          "ClusterChanged",
          Recorded.text(facts) + " does not exist any more",
          "find out who deleted it; the recovered volumes and the old ones are all kept");
    var live = found.get();
    var wrong = wrong(facts, live, moment);
    if (wrong.isPresent()) return wrong.get();
    var missing = new ArrayList<String>();
    instances(live, missing);
    var point = facts.postgres().point();
    if (live.systemId().isEmpty()) missing.add("no instance has told its system identifier yet");
    if (point != null && live.timeline() <= point.newestTimeline())
      missing.add(
          "the operator says timeline "
              + live.timeline()
              + ", above "
              + point.newestTimeline()
              + " is expected");
    var archiving = new ArchivingProof(cluster, run, archived);
    archiving.missingBaseBackup(facts, live).ifPresent(missing::add);
    // the bucket is asked last, when all else is there
    archiving.missingWal(facts, live, missing.isEmpty()).ifPresent(missing::add);
    if (!missing.isEmpty())
      return new Sight.NotYet<>("still missing: " + String.join("; ", missing), RECHECK, false);
    return Sight.seen(
        facts,
        live.instances()
            + (live.instances() == 1 ? " instance" : " instances")
            + " ready, timeline "
            + live.timeline()
            + ", archiving to lineage "
            + Archiving.serverName(live.seen().json()));
  }

  private Optional<Sight<Facts>> wrong(Facts facts, CnpgCluster live, Moment moment) {
    var uid = facts.postgres().knownDatabase().uid();
    if (!live.uid().equals(uid))
      return refused(
          facts,
          "ClusterRecreated",
          Recorded.text(facts) + " was made anew by somebody: UID " + live.uid() + ", not " + uid,
          "look at what it has on its volumes before it is used; the recovered volumes and the old"
              + " ones are all kept");
    var job = Bootstrap.afterExchange(cluster, facts, live);
    if (job.isPresent()) {
      var failed = (dev.salvor.engine.Outcome.Failed) Bootstrap.appeared(job.get(), "");
      return Optional.of(new Sight.Refused<>(facts, failed));
    }
    var point = facts.postgres().point();
    if (point == null) return Optional.empty();
    if (!live.systemId().isEmpty() && !live.systemId().equals(point.systemId()))
      return refused(
          facts,
          "WrongSystem",
          live.seen().ref().text()
              + " has system identifier "
              + live.systemId()
              + ", the source has "
              + point.systemId()
              + ": it is another database",
          "stop its consumers; spec.undo.requested: true brings the old volumes back");
    var settled = live.healthy() && Serving.troubles(cluster, live).isEmpty();
    if (settled
        && live.timeline() <= point.newestTimeline()
        && moment.running().compareTo(STALE) > 0)
      return refused(
          facts,
          "TimelineTooLow",
          live.seen().ref().text()
              + " is on timeline "
              + live.timeline()
              + ", but the source knows timeline "
              + point.newestTimeline()
              + ": a newer history was silently passed over",
          "do not use it; spec.undo.requested: true brings the old volumes back, then recover again"
              + " with target.timeline set");
    return Optional.empty();
  }

  private void instances(CnpgCluster live, ArrayList<String> missing) {
    // a status says nothing of the pods once CloudNativePG is away
    var ready = InstancePods.serving(cluster, live);
    if (live.healthy() && ready >= live.instances()) return;
    var troubles = Serving.troubles(cluster, live);
    missing.add(
        Math.min(ready, live.readyInstances())
            + " of "
            + live.instances()
            + " instances are ready, phase "
            + live.story()
            + (live.primarySettled()
                ? ""
                : ", primary " + live.primary() + " is to be " + live.targetPrimary())
            + (troubles.isEmpty() ? "" : ": " + troubles));
  }

  private static Optional<Sight<Facts>> refused(
      Facts facts, String reason, String message, String remedy) {
    return Optional.of(Sight.refused(facts, reason, message, remedy));
  }
}
