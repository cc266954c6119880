package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import org.junit.jupiter.api.Test;

/** Whether the chart's policies are in force, on a real API server. */
@OnControlPlane
final class InterlockTest {
  private final ControlPlane plane;

  InterlockTest(ControlPlane plane) {
    this.plane = plane;
  }

  @Test
  void saysWhatIsMissing() {
    var policy = PolicyFixture.install(plane);
    var release = policy.account();
    try (var clients = plane.clients()) {
      var cluster = new Fabric8Cluster(clients);
      var interlock = new Interlock(cluster, release);
      assertThat(interlock.holes()).isEmpty();
      var binding = Kinds.ADMISSION_BINDING.ref(release + "-deletes");
      var seen = cluster.get(binding).orElseThrow();
      var warning = seen.json().deepCopy();
      warning.withObject("/spec").putArray("validationActions").add("Warn");
      plane.world().update(warning);
      assertThat(interlock.holes())
          .singleElement()
          .asString()
          .contains(release + "-deletes does not deny");
      plane.world().delete(binding);
      plane.world().delete(Kinds.ADMISSION_POLICY.ref(release + "-changes"));
      assertThat(interlock.holes())
          .containsExactly(
              "ValidatingAdmissionPolicyBinding " + release + "-deletes is gone",
              "ValidatingAdmissionPolicy " + release + "-changes is gone");
    }
    policy.remove(plane);
  }
}
