package dev.salvor.workloads;

import static dev.salvor.workloads.Shop.RUN;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.HoldFacts;
import dev.salvor.api.Marks;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.Ref;
import dev.salvor.kube.Before;
import dev.salvor.kube.Kinds;
import org.junit.jupiter.api.Test;

/** Who uses the claims, and what speaks against stopping it (swap.md B8, B13, B22, Q1-Q4). */
class FindConsumersTest {
  private final Shop shop = new Shop();
  private final FindConsumers look = new FindConsumers(shop.cluster, RUN, Scope.Volumes);

  @Test
  void findsEveryKindInTheOrderOfTheHold() {
    shop.put(Yaml.ALL).cluster.settle();
    var found = find("data", "data-db-0", "data-db-1");
    assertThat(found.findings()).isEmpty();
    assertThat(found.consumers())
        .extracting(consumer -> consumer.ref().text())
        .containsExactly(
            "ScaledObject shop/web",
            "HorizontalPodAutoscaler shop/db",
            "CronJob shop/report",
            "Deployment shop/web",
            "StatefulSet shop/db");
    assertThat(found.consumers())
        .extracting(ConsumerFacts::replicas)
        .containsExactly(null, null, null, 2, 2);
    assertThat(String.valueOf(found.consumers().get(0).before()))
        .isEqualTo("{\"/metadata/annotations/autoscaling.keda.sh~1paused-replicas\":null}");
    assertThat(found.consumers().get(1).before()).isNull();
    assertThat(String.valueOf(found.consumers().get(2).before()))
        .isEqualTo("{\"/spec/suspend\":false}");
    assertThat(found.consumers().get(4).claims()).containsExactly("data-db-0", "data-db-1");
  }

  @Test
  void findsByLivePodWhatTheTemplateDoesNotNameAnyMore() {
    shop.put(Yaml.WEB).cluster.settle();
    shop.put(Yaml.WEB.replace("claimName: data", "claimName: files"));
    assertThat(find("data", "files").consumers())
        .extracting(consumer -> consumer.claims().toString())
        .containsExactly("[data, files]");
  }

  @Test
  void theClaimsOfAStatefulSetAreItsOwnAtAnyReplicaCount() {
    shop.put(Yaml.DB.replace("replicas: 2", "replicas: 0"));
    var found = find("data-db-1");
    assertThat(found.consumers())
        .extracting(consumer -> consumer.ref().name())
        .containsExactly("db");
    assertThat(found.consumers().getFirst().replicas()).isEqualTo(0);
    assertThat(found.findings()).isEmpty();
  }

  @Test
  void aBareReplicaSetAndAReplicationControllerAreConsumers() {
    shop.put(Yaml.WEB.replace("kind: Deployment", "kind: ReplicaSet"));
    shop.put(
        Yaml.WEB
            .replace("apps/v1", "v1")
            .replace("kind: Deployment", "kind: ReplicationController")
            .replace("{matchLabels: {app: web}}", "{app: web}"));
    assertThat(find("data").consumers())
        .extracting(consumer -> consumer.ref().text())
        .containsExactly("ReplicaSet shop/web", "ReplicationController shop/web");
  }

  @Test
  void whatIsHeldByThisRecoveryIsRecordedAsItWasBefore() {
    shop.put(Yaml.WEB);
    var web = shop.get(Kinds.DEPLOYMENT, "web");
    var before = find("data");
    shop.cluster.write(
        Before.hold(web, RUN, requireNonNull(before.consumers().getFirst().before()))
            .set("/spec/replicas", 0)
            .write());
    assertThat(find("data").consumers()).isEqualTo(before.consumers());
  }

  @Test
  void aBrokenAnnotationIsMadeUpForByTheFacts() {
    shop.put(Yaml.WEB);
    var before = find("data");
    shop.cluster.write(
        shop.get(Kinds.DEPLOYMENT, "web")
            .edit()
            .annotate(Marks.HELD_BY, RUN.by())
            .annotate(Marks.BEFORE, "oops")
            .set("/spec/replicas", 0)
            .write());
    assertThat(shop.look(look, before).consumers()).isEqualTo(before.consumers());
  }

  @Test
  void aSuspendedJobStandsStillAlready() {
    shop.put(Yaml.job(true));
    var found = find("data");
    assertThat(found.findings()).isEmpty();
    assertThat(found.consumers().getFirst().before()).isNull();
  }

  @Test
  void aMissingClaimThatIsNotChosenIsAWarning() {
    shop.put(
        Yaml.WEB.replace(
            "claimName: data}}]",
            "claimName: data}}, {name: gone, persistentVolumeClaim: {claimName: gone}}]"));
    assertThat(find("data").findings())
        .extracting(Finding::reason, Finding::severity)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("ClaimMissing", Finding.Severity.Warning));
  }

  @Test
  void finishedPodsAreNamedAndRecordedAsVictims() {
    shop.put(Yaml.pod("old-report", "", "Succeeded"));
    var found = find("data");
    assertThat(found.refused()).isFalse();
    assertThat(found.findings()).extracting(Finding::reason).containsExactly("FinishedPod");
    assertThat(found.consumers())
        .extracting(ConsumerFacts::ref)
        .containsExactly(Kinds.POD.ref("shop", "old-report"));
    assertThat(found.workloads()).isEmpty();
  }

  @Test
  void aJobOfACronJobIsWaitedFor() {
    shop.put(Yaml.REPORT);
    var cron = shop.get(Kinds.CRON_JOB, "report");
    shop.put(
        Yaml.job(false)
            .replace(
                "namespace: shop",
                "namespace: shop" + Yaml.ownedBy("batch/v1", "CronJob", "report", cron.uid())));
    shop.cluster.advance(java.time.Duration.ZERO);
    var found = find("data");
    assertThat(found.refused()).isFalse();
    assertThat(found.findings()).extracting(Finding::reason).containsExactly("JobRunning");
    assertThat(found.consumers())
        .extracting(consumer -> consumer.ref().kind())
        .containsExactly("CronJob", "Pod");
  }

  @Test
  void scopeNamespaceListsEveryWorkloadOnceAndRefusesNeitherDaemonSetNorBarePod() {
    shop.put(Yaml.ALL)
        .put(Yaml.pod("lonely", "", "Running"))
        .put(Yaml.OTHER.replace("kind: Deployment", "kind: DaemonSet"))
        .put(Yaml.job(false))
        .cluster
        .advance(java.time.Duration.ZERO);
    var found =
        shop.look(new FindConsumers(shop.cluster, RUN, Scope.Namespace), shop.facts("data"));
    assertThat(found.findings()).isEmpty();
    assertThat(found.consumers()).isEmpty();
    assertThat(found.workloads())
        .extracting(HoldFacts::ref)
        .extracting(Ref::text)
        .containsExactlyInAnyOrder(
            "Deployment shop/other",
            "Deployment shop/web",
            "StatefulSet shop/db",
            "DaemonSet shop/other",
            "CronJob shop/report",
            "Job shop/import",
            "Pod shop/lonely");
  }

  @Test
  void scopeNamespaceRefusesWhatAnotherOperatorRuns() {
    shop.put(
        Yaml.pod(
            "vm", Yaml.ownedBy("kubevirt.io/v1", "VirtualMachineInstance", "vm", "v"), "Running"));
    var found =
        shop.look(new FindConsumers(shop.cluster, RUN, Scope.Namespace), shop.facts("data"));
    assertThat(found.findings()).extracting(Finding::reason).containsExactly("OperatorManaged");
  }

  @Test
  void withoutATargetThereIsNothingToSay() {
    assertThat(shop.look(look, Facts.none("intent")).consumers()).isEmpty();
  }

  private Facts find(String... claims) {
    return shop.look(look, shop.facts(claims));
  }
}
