package dev.salvor.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Interlock;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import org.junit.jupiter.api.Test;

/** What {@code helm test} finds. That the chart's own rights suffice is ChartRightsTest's. */
final class SelfCheckTest {
  private final FakeCluster cluster = new FakeCluster();

  @Test
  void allIsWell() {
    cluster.put(policies("Deny"));
    var found = new SelfCheck(cluster, "salvor").run();
    assertThat(found.failures()).isEmpty();
    assertThat(found.remarks()).isEmpty();
  }

  @Test
  void whatIsMissingIsSaidWithWhatToDo() {
    cluster.put(policies("Audit"));
    cluster.absent(Kinds.VOLUME_RECOVERY, Kinds.MARIADB);
    cluster.deny("list", Kinds.RESTORE, "").deny("get", Kinds.ARCHIVE_RESET, "");
    var found = new SelfCheck(cluster, "salvor").run();
    assertThat(found.failures())
        .hasSize(6)
        .anyMatch(line -> line.startsWith("the kind VolumeRecovery is not installed: install"))
        .anyMatch(line -> line.startsWith("may not read archiveresets.recovery.salvor.dev"))
        .anyMatch(line -> line.contains("salvor-deletes does not deny"));
    assertThat(found.remarks())
        .singleElement()
        .asString()
        .startsWith("may not read restores.velero.io everywhere: a recovery that meets one stops");
  }

  @Test
  void whoLeavesThePoliciesOutIsReminded() {
    var found = new SelfCheck(cluster, "").run();
    assertThat(found.failures()).isEmpty();
    assertThat(found.remarks()).singleElement().asString().contains("no admission policies");
  }

  private static String policies(String action) {
    var text = new StringBuilder();
    for (var name : Interlock.POLICIES)
      text.append(
          """
          ---
          apiVersion: admissionregistration.k8s.io/v1
          kind: ValidatingAdmissionPolicy
          metadata: {name: salvor-%1$s}
          spec: {failurePolicy: Fail}
          ---
          apiVersion: admissionregistration.k8s.io/v1
          kind: ValidatingAdmissionPolicyBinding
          metadata: {name: salvor-%1$s}
          spec: {policyName: salvor-%1$s, validationActions: [%2$s]}
          """
              .formatted(name, action));
    return text.toString();
  }
}
