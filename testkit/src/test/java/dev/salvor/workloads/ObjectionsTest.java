package dev.salvor.workloads;

import static dev.salvor.workloads.Shop.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Marks;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import org.junit.jupiter.api.Test;

/** What speaks against stopping a consumer (swap.md 3, DESIGN D9, D10). */
class ObjectionsTest {
  private final Shop shop = new Shop();
  private final FindConsumers look = new FindConsumers(shop.cluster, RUN, Scope.Volumes);

  @Test
  void whatAnotherRecoveryHoldsIsRefused() {
    shop.put(
        Yaml.WEB.replace("name: web,", "name: web, annotations: {" + Marks.HELD_BY + ": else},"));
    refused("HeldByAnother", "data");
  }

  @Test
  void aDaemonSetIsRefused() {
    shop.put(Yaml.WEB.replace("kind: Deployment", "kind: DaemonSet"));
    refused("DaemonSetUsesClaim", "data");
  }

  @Test
  void aBarePodIsRefusedWithTheCommand() {
    shop.put(Yaml.pod("lonely", "", "Running"));
    assertThat(refused("BarePod", "data").remedy()).contains("kubectl -n shop delete pod lonely");
    assertThat(find("data").consumers()).isEmpty();
  }

  @Test
  void anUnscheduledPodIsAConsumerToo() {
    shop.put(Yaml.pod("lonely", "", "Pending").replace("nodeName: node-1", "priority: 0"));
    refused("BarePod", "data");
  }

  @Test
  void whatAnotherOperatorRunsIsRefused() {
    shop.put(
        Yaml.DB.replace(
            "namespace: shop}",
            "namespace: shop" + Yaml.ownedBy("k8s.mariadb.com/v1", "MariaDB", "db", "m") + "}"));
    assertThat(refused("OperatorManaged", "data-db-0", "data-db-1").message())
        .contains("MariaDB shop/db");
  }

  @Test
  void aPodOfAnotherOperatorIsRefused() {
    shop.put(
        Yaml.pod("db-1", Yaml.ownedBy("postgresql.cnpg.io/v1", "Cluster", "db", "c"), "Running"));
    assertThat(refused("OperatorManaged", "data").remedy()).contains("PostgresRecovery");
  }

  @Test
  void claimsThatGoWithTheReplicasAreRefusedWithThePatch() {
    shop.put(
        Yaml.DB.replace(
            "  replicas: 2",
            "  replicas: 2\n  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}"));
    assertThat(refused("ClaimsDeletedWithReplicas", "data-db-0", "data-db-1").remedy())
        .contains("kubectl -n shop patch statefulset db")
        .contains("\"whenScaled\":\"Retain\"");
  }

  @Test
  void aJobOnItsWayIsRefused() {
    shop.put(Yaml.job(false));
    refused("JobRunning", "data");
  }

  @Test
  void aClaimOfTheSameConsumerThatIsNotChosenIsRefused() {
    shop.put(Yaml.DB);
    assertThat(refused("ClaimOutsideSelection", "data-db-0").remedy()).contains("data-db-1");
  }

  @Test
  void anEphemeralVolumeIsRefused() {
    shop.bind("lonely-cache")
        .put(
            Yaml.pod("lonely", "", "Running")
                .replace(
                    "{name: data, persistentVolumeClaim: {claimName: data}}",
                    "{name: cache, ephemeral: {}}"));
    refused("EphemeralClaim", "lonely-cache");
  }

  @Test
  void anAutoscalerThatWakesItsTargetIsRefused() {
    shop.put(Yaml.DB).put(Yaml.HPA.replace("minReplicas: 1", "minReplicas: 0"));
    assertThat(refused("AutoscalerWakesFromZero", "data-db-0", "data-db-1").remedy())
        .contains("patch hpa db");
  }

  private Facts find(String... claims) {
    return shop.look(look, shop.facts(claims));
  }

  private Finding refused(String reason, String... claims) {
    var found = find(claims);
    assertThat(found.refused()).isTrue();
    return found.findings().stream()
        .filter(finding -> finding.reason().equals(reason))
        .findFirst()
        .orElseThrow(() -> new AssertionError(reason + " is not among " + found.findings()));
  }
}
