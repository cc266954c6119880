package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Command;
import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Interlock;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without the chart's admission policies a plan is made, and approved, and not begun (S9). */
class OpenInterlockTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final FakeCluster cluster = new FakeCluster();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anApprovedPlanWaitsUntilThePoliciesAreBack(boolean automatic) {
    assertThat(look(automatic, "salvor"))
        .isInstanceOfSatisfying(
            Sight.NotYet.class,
            waits ->
                assertThat(waits.message())
                    .startsWith("approved, but nothing begins")
                    .contains("ValidatingAdmissionPolicy salvor-deletes is gone"));
    for (var name : Interlock.POLICIES)
      cluster.put(
          """
          apiVersion: admissionregistration.k8s.io/v1
          kind: ValidatingAdmissionPolicy
          metadata: {name: salvor-%1$s}
          spec: {failurePolicy: Fail}
          ---
          apiVersion: admissionregistration.k8s.io/v1
          kind: ValidatingAdmissionPolicyBinding
          metadata: {name: salvor-%1$s}
          spec: {policyName: salvor-%1$s, validationActions: [Deny]}
          """
              .formatted(name));
    assertThat(look(automatic, "salvor")).isInstanceOf(Sight.Seen.class);
    cluster.delete(Kinds.ADMISSION_BINDING.ref("salvor-changes"));
    assertThat(look(automatic, "salvor")).isInstanceOf(Sight.NotYet.class);
    // left out on purpose
    assertThat(look(automatic, "")).isInstanceOf(Sight.Seen.class);
  }

  private Sight<Facts> look(boolean automatic, String release) {
    var approval =
        new AwaitApproval(
            "AwaitApproval",
            _ -> "0123456789ab",
            automatic,
            new Commands(
                automatic
                    ? List.of()
                    : List.of(new Command(Command.Verb.Approve, "0123456789ab", NOON, null))),
            new Interlock(cluster, release),
            List.of(),
            "ReadTarget",
            _ -> null,
            "%s");
    return approval.look(Facts.none("x"), new Moment(NOON, NOON));
  }
}
