package dev.salvor.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Interlock;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Scope;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.FakeCluster;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code helm test} finds. That the chart's own rights suffice is ChartRightsTest's. */
final class SelfCheckTest {
  private static final Surroundings AROUND = new Surroundings("salvor-system", "velero", Set.of());

  private final FakeCluster cluster = new FakeCluster();

  @Test
  void allIsWell() {
    cluster.put(policies("Deny"));
    var found = new SelfCheck(cluster, "salvor", AROUND).run();
    assertThat(found.failures()).isEmpty();
    assertThat(found.remarks()).isEmpty();
  }

  @Test
  void whatIsMissingIsSaidWithWhatToDo() {
    cluster.put(policies("Audit"));
    cluster.absent(Kinds.VOLUME_RECOVERY, Kinds.MARIADB);
    cluster.deny("list", Kinds.RESTORE, "").deny("get", Kinds.ARCHIVE_RESET, "");
    var found = new SelfCheck(cluster, "salvor", AROUND).run();
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
    var found = new SelfCheck(cluster, "", AROUND).run();
    assertThat(found.failures()).isEmpty();
    assertThat(found.remarks()).singleElement().asString().contains("no admission policies");
  }

  @Test
  void inSomeNamespacesItAsksThere() {
    cluster.put(policies("Deny"));
    for (var kind : Kinds.ALL)
      for (var verb : List.of("get", "list"))
        if (kind.namespaced() && !kind.group().equals("velero.io"))
          cluster.deny(verb, kind, "blog");
    cluster.deny("get", Kinds.RESTORE, "velero");
    var around =
        new Surroundings(
            "salvor-system",
            "velero",
            Set.of(),
            new Scope(Set.of("shop", "blog"), Set.of(), "salvor"));
    var found = new SelfCheck(cluster, "salvor", around).run();
    assertThat(found.failures())
        .contains(
            "may not read namespacerestores.recovery.salvor.dev in blog, shop: install the chart again",
            "ValidatingAdmissionPolicy salvor-scope is gone");
    assertThat(found.remarks())
        .anyMatch(line -> line.startsWith("may not read pods. in blog, shop"))
        .anyMatch(line -> line.startsWith("may not read restores.velero.io in velero"))
        .noneMatch(line -> line.contains("persistentvolumes."));
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
