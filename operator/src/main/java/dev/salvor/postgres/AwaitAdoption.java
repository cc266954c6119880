package dev.salvor.postgres;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Waits until the adopted Cluster takes writes, and puts its UID on record: from here on it is the
 * planned one.
 */
public record AwaitAdoption(ClusterReader cluster, Run run) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(30);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var now = Recorded.now(cluster, facts);
    if (now.isEmpty())
      return Sight.refused(
          facts,
          "ClusterChanged",
          Recorded.text(facts) + " was deleted by somebody",
          "find out who deleted it; the recovered volumes and the old ones are all kept");
    var live = now.get();
    var uid = facts.postgres().knownDatabase().uid();
    if (!AdoptingCluster.ours(live, run) && !live.uid().equals(uid))
      return new Sight.Refused<>(facts, Recreated.by(live));
    var job = Bootstrap.afterExchange(cluster, facts, live);
    if (job.isPresent())
      return new Sight.Refused<>(facts, (Failed) Bootstrap.appeared(job.get(), ""));
    var missing = Serving.missing(cluster, facts, live);
    if (missing.isPresent())
      return new Sight.NotYet<>(missing.get(), Duration.ofMillis(500), false);
    return Sight.seen(
        facts.withPostgres(
            facts.postgres().withDatabase(withUid(facts.postgres().knownDatabase(), live.uid()))),
        live.seen().ref().text() + " is writable, UID " + live.uid());
  }

  static DatabaseFacts withUid(DatabaseFacts database, String uid) {
    return new DatabaseFacts(
        database.name(),
        uid,
        database.manifest(),
        database.healthy(),
        database.canHibernate(),
        database.instances(),
        database.primary(),
        database.serial(),
        database.claims(),
        database.others(),
        database.systemId(),
        database.timeline(),
        database.major(),
        database.archive());
  }
}
