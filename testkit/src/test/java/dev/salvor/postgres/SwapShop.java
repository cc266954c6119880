package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.api.Facts;
import dev.salvor.api.HoldFacts;
import dev.salvor.api.Marks;
import dev.salvor.api.PostgresFacts;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.Strategy;
import dev.salvor.api.TargetFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Killed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Namespace shop with Cluster db: three instances, primary db-2, a WAL volume. */
final class SwapShop {
  static final Run RUN = new Run(Kinds.POSTGRES_RECOVERY.ref("shop", "back"), "0123abcd-1");
  static final Guard<Facts> HELD = _ -> Optional.empty();

  final PlainOperator operator = new PlainOperator();
  final FakeCluster cluster = new FakeCluster().with(operator);
  final Destroyer destroyer = new Destroyer(cluster, (_, _, _, _, _, _, _) -> {}, RUN);
  final boolean plugin;

  SwapShop(boolean plugin, @Nullable String serverName) {
    this.plugin = plugin;
    cluster.put(SwapShopManifests.namespace());
    var db = SwapShopManifests.cluster(plugin, serverName);
    var uid = cluster.create(db).at("/metadata/uid").asText();
    for (var claim : List.of("db-1", "db-1-wal", "db-2", "db-2-wal", "db-3", "db-3-wal"))
      cluster.put(SwapShopManifests.bound(claim, uid));
    cluster.settle();
  }

  static SwapShop withPlugin() {
    return new SwapShop(true, null);
  }

  CnpgCluster db() {
    return CnpgCluster.read(cluster, "shop", "db").orElseThrow();
  }

  Facts facts() {
    var live = db();
    var schedules =
        List.of(Kinds.SCHEDULED_BACKUP.ref("shop", "nightly"), Kinds.POOLER.ref("shop", "pool"))
            .stream()
            .map(ref -> new HoldFacts(ref, cluster.get(ref).orElseThrow().uid(), null))
            .toList();
    var database =
        new DatabaseFacts(
            "db",
            live.uid(),
            ClusterManifest.of("shop", "db", live.seen().json()),
            true,
            true,
            3,
            "db-2",
            2,
            List.of("db-2", "db-2-wal"),
            List.of("db-1", "db-1-wal", "db-3", "db-3-wal"),
            "7000",
            1,
            17,
            new Archive(
                plugin ? "store" : null, "s3://b/p", Archiving.serverName(live.seen().json())));
    var point =
        new RecoveryPoint(
            "db",
            "20260101T000000",
            1,
            false,
            1,
            RecoveryTarget.Type.Latest,
            "",
            false,
            "7000",
            17,
            0,
            Instant.EPOCH,
            null,
            true,
            null);
    return Facts.none("intent")
        .withTarget(new TargetFacts("shop", "uid-shop", "uid-cluster", Map.of(), Map.of()))
        .withStrategy(Strategy.Swap)
        .withSchedules(schedules)
        .withVolumes(List.of(volume("db-2"), volume("db-2-wal")))
        .withPostgres(
            PostgresFacts.NONE.withDatabase(database).withPoint(point).withLineage("db-v2"));
  }

  private VolumeFacts volume(String claim) {
    var uid = cluster.get(Kinds.PVC.ref("shop", claim)).orElseThrow().uid();
    var copy = new VolumeFacts.Pv("pv-r1-" + claim, "uid", "Delete", null, null, "fast", 1);
    return new VolumeFacts(claim, uid, null, null, null, copy);
  }

  Moment moment(Duration running) {
    return new Moment(cluster.now(), cluster.now().minus(running));
  }

  /** Calls the act as the engine would, through every fault, until it is done or has failed. */
  Outcome drive(Act<Facts> act, Facts facts) {
    return drive(act, moment -> act.act(facts, moment));
  }

  Outcome takeBack(Act<Facts> act, Facts facts) {
    return drive(act, moment -> act.undo(facts, moment));
  }

  private Outcome drive(Act<Facts> act, Function<Moment, Outcome> call) {
    var started = cluster.now();
    while (cluster.now().isBefore(started.plus(act.deadline()))) {
      var before = cluster.count();
      try {
        var outcome = call.apply(new Moment(cluster.now(), started));
        if (cluster.count() > before + 1)
          throw new AssertionError("more than one write in one call: " + cluster.writes());
        if (!(outcome instanceof Outcome.Waiting waiting)) return outcome;
        // time passes between any two looks, or nothing would ever come to its deadline
        cluster.advance(waiting.recheck().plusMillis(100));
      } catch (ClusterException | Killed again) {
        cluster.advance(Duration.ofSeconds(1));
      }
    }
    return Outcome.failed("DeadlineExceeded", "not done in time", "");
  }

  Hibernate hibernate() {
    return new Hibernate(cluster, RUN, HELD, Hibernate.AT_ONCE);
  }

  /** Hibernated, switched, and the claims exchanged by hand: only those of the primary are left. */
  Facts exchanged() {
    var facts = facts();
    drive(hibernate(), facts);
    drive(new SwitchArchive(cluster, RUN, SwitchArchive.Direction.FORWARD), facts);
    cluster.advance(Duration.ofMinutes(1));
    for (var claim : cluster.list(Kinds.PVC, "shop")) cluster.world().deleteNow(claim.ref());
    for (var claim : List.of("db-2", "db-2-wal"))
      cluster.put(SwapShopManifests.bound(claim, db().uid()));
    operator.timeline = 2;
    return facts;
  }

  /** What the steps have written, without what the cluster itself keeps book of. */
  Map<String, String> picture(Kind... kinds) {
    var picture = new TreeMap<String, String>();
    for (var kind : kinds)
      for (var object : cluster.world().list(kind, "")) {
        object.remove("status");
        var metadata = (ObjectNode) object.at("/metadata");
        metadata.remove(List.of("resourceVersion", "generation", "creationTimestamp", "uid"));
        metadata.remove("ownerReferences");
        picture.put(kind.kind() + " " + metadata.path("name").asText(), object.toString());
      }
    return picture;
  }

  String marks(Kind... kinds) {
    return picture(kinds).toString().contains(Marks.GROUP) ? picture(kinds).toString() : "";
  }
}
