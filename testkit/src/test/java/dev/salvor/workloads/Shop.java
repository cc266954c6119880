package dev.salvor.workloads;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Strategy;
import dev.salvor.api.TargetFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Engine;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Killed;
import dev.salvor.testkit.models.CronJobModel;
import dev.salvor.testkit.models.DeploymentModel;
import dev.salvor.testkit.models.JobModel;
import dev.salvor.testkit.models.KubeletModel;
import dev.salvor.testkit.models.StatefulSetModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** The namespace {@code shop} with its claims, and one recovery of it. */
final class Shop {
  static final Run RUN = new Run(Kinds.NAMESPACE_RESTORE.ref("shop", "back"), "0123abcd-run");
  static final String SHADOW = RUN.shadow("shop", 1);

  final KubeletModel kubelet = new KubeletModel();
  final FakeCluster cluster =
      new FakeCluster()
          .with(
              new CronJobModel(),
              new JobModel(),
              new DeploymentModel(),
              new StatefulSetModel(),
              kubelet);
  final Destroyer destroyer = new Destroyer(cluster, (_, _, _, _, _, _, _) -> {}, RUN);
  private final Engine<Facts> engine = new Engine<>();

  Shop() {
    cluster.put("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
    for (var claim : List.of("data", "files", "data-db-0", "data-db-1", "spare")) bind(claim);
  }

  /** A claim and its volume, bound. */
  Shop bind(String claim) {
    cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: %1$s, namespace: shop}
        spec: {volumeName: pv-%1$s, storageClassName: fast}
        status: {phase: Bound}
        """
            .formatted(claim));
    cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: pv-%1$s}
        spec:
          claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: shop, name: %1$s, uid: %2$s}
        status: {phase: Bound}
        """
            .formatted(claim, get(Kinds.PVC, claim).uid()));
    return this;
  }

  Shop put(String manifests) {
    cluster.put(manifests);
    return this;
  }

  Seen get(Kind kind, String name) {
    return cluster.get(kind.ref("shop", name)).orElseThrow();
  }

  Seen pv(String name) {
    return cluster.get(Kinds.PV.ref(name)).orElseThrow();
  }

  List<Seen> pods() {
    return cluster.list(Kinds.POD, "shop");
  }

  /** Facts of a recovery of these claims, whose copies are the volumes they are bound to. */
  Facts facts(String... claims) {
    return Facts.none("intent")
        .withTarget(new TargetFacts("shop", "uid-shop", "cluster", Map.of(), Map.of()))
        .withStrategy(Strategy.Swap)
        .withVolumes(
            Stream.of(claims)
                .map(claim -> {
                  var pv =
                      new VolumeFacts.Pv(
                          "pv-" + claim, pv("pv-" + claim).uid(), "Delete", null, null, "fast", 1);
                  return new VolumeFacts(claim, get(Kinds.PVC, claim).uid(), null, pv, null, pv);
                })
                .toList());
  }

  Moment moment() {
    return new Moment(cluster.now(), cluster.now());
  }

  Facts look(Step.Look<Facts> look, Facts facts) {
    if (look.look(facts, moment()) instanceof Sight.Seen<Facts>(var seen, _)) return seen;
    throw new AssertionError(look.name() + " saw nothing");
  }

  Journal<Facts> journal(Facts facts) {
    return Journal.empty(facts);
  }

  @SafeVarargs
  static Runbook<Facts> book(Step<Facts>... steps) {
    return new Runbook<>(List.of(steps), "", "", "");
  }

  /**
   * As the reconciler does it: every tick is committed, a death leaves the last commit, a surprise
   * of the API server is waited out.
   */
  Journal<Facts> drive(Runbook<Facts> book, Journal<Facts> from, int abortAtTick) {
    var journal = from;
    for (var tick = 0; tick < 600; tick++) {
      try {
        var next = engine.tick(book, journal, tick >= abortAtTick, cluster.now());
        journal = next.journal();
        if (next.again().isEmpty()) return journal;
        cluster.advance(next.again().get());
      } catch (Killed _) {
        cluster.advance(Duration.ofSeconds(3));
      } catch (ClusterException surprise) {
        journal =
            engine
                .stumble(book, journal, surprise.toString(), Duration.ofSeconds(2), cluster.now())
                .journal();
        cluster.advance(Duration.ofSeconds(2));
      }
    }
    throw new AssertionError("no end in sight: " + journal.entries());
  }

  Journal<Facts> drive(Runbook<Facts> book, Journal<Facts> from) {
    return drive(book, from, Integer.MAX_VALUE);
  }

  /** Calls one act until it does not write any more, and no later. */
  Outcome settle(Function<Moment, Outcome> act) {
    var started = cluster.now();
    for (var call = 0; call < 200; call++) {
      var outcome = act.apply(new Moment(cluster.now(), started));
      if (!(outcome instanceof Outcome.Waiting(_, var recheck, _))
          || recheck.equals(Duration.ofSeconds(2))
          || recheck.equals(Duration.ofMillis(500))) return outcome;
      cluster.advance(recheck);
    }
    throw new AssertionError("writes for ever");
  }

  /** What a person would compare: specs, and the marks that are on an object. */
  Map<String, ObjectNode> state() {
    var state = new TreeMap<String, ObjectNode>();
    for (var kind :
        List.of(
            Kinds.DEPLOYMENT,
            Kinds.STATEFUL_SET,
            Kinds.CRON_JOB,
            Kinds.SCALED_OBJECT,
            Kinds.HPA,
            Kinds.PVC,
            Kinds.CONFIG_MAP)) {
      for (var object : cluster.list(kind, "shop")) state.put(object.ref().text(), bare(object));
    }
    return state;
  }

  private static ObjectNode bare(Seen object) {
    var bare = object.json().deepCopy();
    bare.remove("status");
    var data = bare.path("data");
    if (data instanceof ObjectNode lines) lines.remove("attempt-1.job");
    var meta = bare.withObject("/metadata");
    meta.remove(
        List.of("uid", "resourceVersion", "generation", "managedFields", "creationTimestamp"));
    if (meta.path("annotations").isEmpty()) meta.remove("annotations");
    return bare;
  }

  static String outcome(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(var message) -> "done: " + message;
      case Outcome.Waiting(var message, _, _) -> "waiting: " + message;
      case Outcome.Failed(var reason, var message, var remedy) ->
          reason + ": " + message + ". " + remedy;
    };
  }

  static String mark() {
    return Marks.HELD_BY;
  }
}
