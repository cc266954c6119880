package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import dev.salvor.testkit.control.Patience;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Marked or not: what keeps the cluster alive is out of Salvor's reach, but for the pods of a lost
 * node.
 */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GuardedNamespacesTest {
  private static final String MAP = "{apiVersion: v1, kind: ConfigMap, metadata: {%s}}";
  private static final String POD =
      "{apiVersion: v1, kind: Pod, metadata: {%s}, spec: {containers: [{name: c, image: c}]}}";

  private final ControlPlane plane;
  private final PolicyFixture policy;
  private final Clients clients;
  private final Fabric8Cluster salvor;
  private final String kept;

  GuardedNamespacesTest(ControlPlane plane) {
    this.plane = plane;
    this.policy = PolicyFixture.install(plane);
    this.kept = policy.namespace() + "-kept";
    this.clients = plane.clientsAs(policy.namespace(), policy.account());
    this.salvor = new Fabric8Cluster(clients);
    plane.apply(
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: %s}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {recovery.salvor.dev/protected: ""}}}
        """
            .formatted(PolicyFixture.GUARDED, kept));
  }

  @AfterAll
  void close() {
    clients.close();
    policy.remove(plane);
  }

  @Test
  void onlyPodsGo() {
    for (var space : List.of(PolicyFixture.GUARDED, "kube-public", kept)) {
      var marked = condemned(space, MAP);
      // a new policy takes effect after some seconds; until then the API server would let it go
      Patience.until(
          Duration.ofSeconds(30),
          () -> "the policy has no effect in " + space,
          () -> refuses(condemned(space, MAP)));
      assertThatThrownBy(() -> delete(marked))
          .as(space)
          .isInstanceOf(ClusterException.Forbidden.class)
          .hasMessageContaining("nothing but pods");
      plane.apply(
          "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: %s}}"
              .formatted(space));
      var pod = condemned(space, POD);
      delete(pod);
      assertThat(salvor.get(pod.ref()).filter(left -> !left.terminating())).isEmpty();
    }
  }

  private boolean refuses(Seen object) {
    try {
      delete(object);
      return false;
    } catch (ClusterException.Forbidden expected) {
      return true;
    }
  }

  private void delete(Seen seen) {
    var now = salvor.get(seen.ref()).orElseThrow();
    salvor.delete(new Victim(seen.ref(), seen.uid()), now.resourceVersion());
  }

  private Seen condemned(String space, String manifest) {
    var made =
        plane
            .world()
            .create(Manifests.one(manifest.formatted("generateName: p-, namespace: " + space)));
    var seen = salvor.get(Manifests.ref(made)).orElseThrow();
    return salvor.write(seen.edit().annotate(Marks.CONDEMNED, "run").write());
  }
}
