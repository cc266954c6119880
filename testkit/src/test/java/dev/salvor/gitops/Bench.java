package dev.salvor.gitops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Ref;
import dev.salvor.api.Strategy;
import dev.salvor.api.TargetFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Killed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A fake cluster with GitOps in it, and a recovery of the namespace shop. */
final class Bench {
  static final Run RUN = new Run(Kinds.NAMESPACE_RESTORE.ref("shop", "back"), "0123abcd-1");
  static final Ref APPS = Kinds.KUSTOMIZATION.ref("flux-system", "apps");
  static final Ref ROOT = Kinds.KUSTOMIZATION.ref("flux-system", "flux-system");
  static final Ref APP = Kinds.APPLICATION.ref("argocd", "shop");
  static final Ref SET = Kinds.APPLICATION_SET.ref("argocd", "shops");

  final Tools tools = new Tools();
  final FakeCluster cluster = new FakeCluster().with(tools);

  Bench(String manifests) {
    cluster.put(
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: flux-system}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: argocd}}
        ---
        {apiVersion: recovery.salvor.dev/v1alpha1, kind: NamespaceRestore, metadata: {name: back, namespace: shop}, spec: {}}
        ---
        """
            + manifests);
  }

  Facts target() {
    return Facts.none("intent")
        .withTarget(new TargetFacts("shop", "uid-shop", "uid-cluster", Map.of(), Map.of()))
        .withStrategy(Strategy.Swap);
  }

  /** What the look finds. */
  Facts discover() {
    return discover(target());
  }

  Facts discover(Facts facts) {
    var sight = new DiscoverOwners(cluster, RUN).look(facts, moment(Duration.ZERO));
    return ((Sight.Seen<Facts>) sight).facts();
  }

  Moment moment(Duration running) {
    return new Moment(cluster.now(), cluster.now().minus(running));
  }

  SuspendGitOps suspend() {
    return new SuspendGitOps(cluster, RUN);
  }

  ResumeGitOps resume() {
    return new ResumeGitOps(cluster, RUN, false);
  }

  GitOpsHeld guard() {
    return new GitOpsHeld(cluster, RUN);
  }

  /** Calls the act as the engine would, through every fault, until it is done or has failed. */
  Outcome drive(Act<Facts> act, Facts facts) {
    return drive(moment -> act.act(facts, moment));
  }

  Outcome takeBack(Act<Facts> act, Facts facts) {
    return drive(moment -> act.undo(facts, moment));
  }

  private Outcome drive(Function<Moment, Outcome> call) {
    var started = cluster.now();
    for (var i = 0; i < 2000; i++) {
      try {
        var outcome = call.apply(new Moment(cluster.now(), started));
        if (!(outcome instanceof Outcome.Waiting waiting)) return outcome;
        cluster.advance(waiting.recheck());
      } catch (ClusterException | Killed again) {
        cluster.advance(Duration.ofSeconds(1));
      }
    }
    throw new AssertionError("did not come to an end");
  }

  Outcome held(Facts facts) {
    return drive(suspend(), facts);
  }

  /** All GitOps objects as Git and people know them: without tokens and bookkeeping. */
  Map<String, String> picture() {
    var picture = new TreeMap<String, String>();
    for (var kind :
        List.of(
            Kinds.KUSTOMIZATION, Kinds.HELM_RELEASE, Kinds.APPLICATION, Kinds.APPLICATION_SET)) {
      for (var object : cluster.world().list(kind, "")) {
        object.remove("status");
        var metadata = (ObjectNode) object.at("/metadata");
        metadata.remove(
            List.of("managedFields", "resourceVersion", "generation", "creationTimestamp"));
        if (metadata.path("annotations") instanceof ObjectNode annotations) {
          annotations.remove(FluxBrake.REQUESTED_AT);
          if (annotations.isEmpty()) metadata.remove("annotations");
        }
        picture.put(object.at("/metadata/name").asText() + " " + kind.kind(), object.toString());
      }
    }
    return picture;
  }

  List<String> reasons(Facts facts) {
    return facts.findings().stream()
        .map(finding -> finding.severity() + " " + finding.reason())
        .toList();
  }

  List<Ref> owners(Facts facts) {
    var refs = new ArrayList<Ref>();
    facts.owners().forEach(owner -> refs.add(owner.ref()));
    return refs;
  }
}
