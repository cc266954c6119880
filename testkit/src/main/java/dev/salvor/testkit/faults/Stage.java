package dev.salvor.testkit.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.World;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A cluster with everybody in it, right before the operator sees the recovery for the first time.
 *
 * @param restart restarts the controller that the recovery leans on
 * @param namespace the target
 * @param before the cluster without the recovery
 * @param starts a new operator process, on this cluster
 */
public record Stage(
    FakeCluster cluster,
    Consumer<World> restart,
    Ref recovery,
    String namespace,
    Picture before,
    Function<ClusterWriter, OperatorProcess> starts) {

  /** The recovery as it is now; null object when it is gone. */
  public ObjectNode resource() {
    return cluster.world().get(recovery).orElseGet(() -> Manifests.one("gone: true"));
  }

  /** One word. */
  public String phase() {
    return resource().at("/status/phase").asText("");
  }

  /** Lets something happen. */
  void happens(Happening what, TestOperator operator) {
    var world = cluster.world();
    switch (what) {
      case ABORT -> edit("{\"spec\": {\"abort\": true}}");
      case DELETE -> world.delete(recovery);
      case REVERT -> revert(world);
      case STALE -> operator.stale(4);
      case VELERO -> restart.accept(world);
      case AWAY -> cluster.away(true);
      case CLAIM ->
          cluster.put(
              """
              apiVersion: v1
              kind: PersistentVolumeClaim
              metadata: {name: unplanned, namespace: %s}
              spec:
                accessModes: [ReadWriteOnce]
                storageClassName: standard
                resources: {requests: {storage: 1Gi}}
              """
                  .formatted(namespace));
      case CONSUMER -> consumer(world);
    }
  }

  /** A person changes the recovery. */
  public void edit(String merge) {
    var there = cluster.world().get(recovery);
    if (there.isPresent())
      cluster.as("kubectl-edit").update(Manifests.merged(there.get(), Manifests.one(merge)));
  }

  /** Everything that status says, one line each. */
  String told() {
    var text = new StringBuilder(resource().at("/status/message").asText(""));
    for (var step : resource().at("/status/steps"))
      text.append('\n').append(step.path("message").asText(""));
    return text.toString();
  }

  /** A person raises spec.retry, if it has failed. */
  boolean retried() {
    if (!Set.of("Failed", "Refused", "Expired").contains(phase())) return false;
    edit("{\"spec\": {\"retry\": %d}}".formatted(resource().at("/spec/retry").asInt() + 1));
    return true;
  }

  private void consumer(World world) {
    var claims = world.list(Kinds.PVC, namespace);
    if (claims.isEmpty() || world.get(Kinds.POD.ref(namespace, "intruder")).isPresent()) return;
    cluster.put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: intruder, namespace: %s}
        spec:
          containers: [{name: main, image: busybox}]
          volumes:
          - name: data
            persistentVolumeClaim: {claimName: %s}
        """
            .formatted(namespace, claims.getFirst().at("/metadata/name").asText()));
  }

  /** Takes the hold off everything that is held, as a parent or a colleague would. */
  private static void revert(World world) {
    for (var kind : List.of(Kinds.KUSTOMIZATION, Kinds.HELM_RELEASE, Kinds.APPLICATION)) {
      for (var owner : world.list(kind, "")) {
        if (!owner.at("/metadata/annotations").has(Marks.HELD_BY)) continue;
        if (kind == Kinds.APPLICATION)
          owner.withObject("/spec/syncPolicy/automated").put("enabled", true);
        else owner.withObject("/spec").put("suspend", false);
        world.as("kustomize-controller").update(owner);
      }
    }
  }

  /** True while something of GitOps is held. */
  boolean holds() {
    for (var kind : List.of(Kinds.KUSTOMIZATION, Kinds.HELM_RELEASE, Kinds.APPLICATION)) {
      for (var owner : cluster.world().look(kind, ""))
        if (owner.at("/metadata/annotations").has(Marks.HELD_BY)) return true;
    }
    return false;
  }
}
