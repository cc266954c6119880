package dev.salvor.testkit.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.FakeCluster;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The controllers of pods, where a recovery meets them. */
class WorkloadModelsTest {
  private final KubeletModel kubelet = new KubeletModel();
  private final FakeCluster cluster =
      new FakeCluster()
          .with(
              new PvBinderModel(),
              new ProvisionerModel(),
              new PvcProtectionModel(),
              new CronJobModel(),
              new JobModel(),
              new DeploymentModel(),
              new StatefulSetModel(),
              kubelet,
              new AttachmentModel())
          .put(
              """
              {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
              ---
              apiVersion: storage.k8s.io/v1
              kind: StorageClass
              metadata: {name: fast}
              provisioner: disks.example.org
              """);

  @Test
  void aDeploymentComesUpAndGoesDown() {
    deployment();
    cluster.settle();
    assertThat(read(Kinds.DEPLOYMENT.ref("shop", "web")).number("/status/readyReplicas", 0))
        .isEqualTo(2);
    assertThat(kubelet.startsIn("shop"))
        .extracting(KubeletModel.Start::container)
        .containsExactly("migrate", "migrate", "web", "web");
    scale(Kinds.DEPLOYMENT.ref("shop", "web"), 0);
    cluster.round();
    assertThat(pods()).hasSize(2).allMatch(Seen::terminating);
    cluster.settle();
    assertThat(pods()).isEmpty();
    assertThat(read(Kinds.DEPLOYMENT.ref("shop", "web")).has("/status/readyReplicas")).isFalse();
  }

  @Test
  void aReplicaSetKillsThePodThatARestoreBrought() {
    deployment();
    cluster.settle();
    var labels = pods().getFirst().at("/metadata/labels").toString();
    cluster.put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web-restored, namespace: shop, labels: %s}
        spec: {containers: [{name: web, image: web}], schedulingGates: [{name: wait}]}
        """
            .formatted(labels));
    cluster.settle();
    assertThat(cluster.get(Kinds.POD.ref("shop", "web-restored"))).isEmpty();
    assertThat(pods()).hasSize(2);
  }

  @Test
  void aDeploymentThatGoesTakesItsPodsWithIt() {
    deployment();
    cluster.settle();
    cluster.delete(Kinds.DEPLOYMENT.ref("shop", "web"));
    cluster.settle();
    assertThat(pods()).isEmpty();
    assertThat(cluster.list(Kinds.REPLICA_SET, "shop")).isEmpty();
  }

  @Test
  void aStatefulSetMakesItsClaimsAndOnePodAfterTheOther() {
    statefulSet("Retain");
    cluster.advance(Duration.ofSeconds(1));
    assertThat(pods()).extracting(Seen::name).containsExactly("db-0");
    cluster.settle();
    assertThat(pods()).extracting(Seen::name).containsExactly("db-0", "db-1");
    assertThat(cluster.list(Kinds.PVC, "shop"))
        .extracting(Seen::name)
        .containsExactly("data-db-0", "data-db-1");
    assertThat(cluster.list(Kinds.VOLUME_ATTACHMENT, "")).hasSize(2);
  }

  /** swap.md B14: and its claim meanwhile keeps the pod waiting. */
  @Test
  void aStatefulSetMakesAgainTheClaimThatSomebodyDeleted() {
    statefulSet("Retain");
    cluster.settle();
    var claim = Kinds.PVC.ref("shop", "data-db-1");
    var uid = read(claim).uid();
    cluster.delete(claim);
    cluster.delete(Kinds.POD.ref("shop", "db-1"));
    cluster.settle();
    assertThat(read(claim).uid()).isNotEqualTo(uid);
    assertThat(read(claim).text("/status/phase")).isEqualTo("Bound");
    assertThat(pods()).hasSize(2).allMatch(Pods::isReady);
  }

  /** swap.md B13. */
  @Test
  void whenScaledDeleteTakesTheClaims() {
    statefulSet("Delete");
    cluster.settle();
    scale(Kinds.STATEFUL_SET.ref("shop", "db"), 0);
    cluster.settle();
    assertThat(cluster.list(Kinds.PVC, "shop")).isEmpty();
  }

  @Test
  void scalingToZeroKeepsTheClaimsElse() {
    statefulSet("Retain");
    cluster.settle();
    scale(Kinds.STATEFUL_SET.ref("shop", "db"), 0);
    cluster.settle();
    assertThat(pods()).isEmpty();
    assertThat(cluster.list(Kinds.PVC, "shop")).hasSize(2);
    assertThat(cluster.list(Kinds.VOLUME_ATTACHMENT, "")).isEmpty();
  }

  @Test
  void aPodThatIgnoresTerminationTakesItsGracePeriod() {
    deployment();
    cluster.settle();
    kubelet.ignoresTermination(_ -> true);
    scale(Kinds.DEPLOYMENT.ref("shop", "web"), 0);
    cluster.round();
    cluster.advance(Duration.ofSeconds(29));
    assertThat(pods()).hasSize(2);
    cluster.advance(Duration.ofSeconds(1));
    assertThat(pods()).isEmpty();
  }

  @Test
  void aJobEndsAsItsContainerDoes() {
    kubelet.exit("good", 0, "3 orders\nfine").exit("bad", 1, "no orders");
    job("good");
    job("bad");
    cluster.settle();
    assertThat(Pods.condition(read(Kinds.JOB.ref("shop", "good")), "Complete")).isTrue();
    assertThat(Pods.condition(read(Kinds.JOB.ref("shop", "bad")), "Failed")).isTrue();
    var pod = pods().getFirst();
    assertThat(cluster.log(pod.ref(), "check", 1)).isEqualTo("fine");
  }

  @Test
  void aCronJobStartsJobsUnlessItIsSuspended() {
    cluster.put(
        """
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: tidy, namespace: shop}
        spec:
          schedule: "*/5 * * * *"
          jobTemplate:
            spec:
              template: {spec: {restartPolicy: Never, containers: [{name: tidy, image: tidy}]}}
        """);
    cluster.advance(Duration.ofMinutes(5));
    assertThat(cluster.list(Kinds.JOB, "shop")).hasSize(1);
    cluster
        .world()
        .save(read(Kinds.CRON_JOB.ref("shop", "tidy")).edit().set("/spec/suspend", true));
    cluster.advance(Duration.ofMinutes(5));
    assertThat(cluster.list(Kinds.JOB, "shop")).hasSize(1);
  }

  @Test
  void aPodWithoutItsSecretStartsNothing() {
    cluster.put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: shop}
        spec:
          containers: [{name: web, image: web}]
          volumes: [{name: s, secret: {secretName: password}}]
        """);
    cluster.settle();
    assertThat(kubelet.starts()).isEmpty();
    assertThat(pods().getFirst().at("/status").toString())
        .contains("secret \\\"password\\\" not found");
  }

  private void deployment() {
    cluster.put(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              initContainers: [{name: migrate, image: migrate}]
              containers: [{name: web, image: web}]
        """);
  }

  private void statefulSet(String whenScaled) {
    cluster.put(
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db, namespace: shop}
        spec:
          replicas: 2
          serviceName: db
          persistentVolumeClaimRetentionPolicy: {whenScaled: %s}
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}}
            spec: {containers: [{name: db, image: db}]}
          volumeClaimTemplates:
            - metadata: {name: data}
              spec: {storageClassName: fast, resources: {requests: {storage: 1Gi}}}
        """
            .formatted(whenScaled));
  }

  private void job(String image) {
    cluster.put(
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: %s, namespace: shop}
        spec:
          backoffLimit: 0
          template: {spec: {restartPolicy: Never, containers: [{name: check, image: %s}]}}
        """
            .formatted(image, image));
  }

  private void scale(Ref ref, int replicas) {
    cluster.world().save(read(ref).edit().set("/spec/replicas", replicas));
  }

  private List<Seen> pods() {
    return cluster.list(Kinds.POD, "shop");
  }

  private Seen read(Ref ref) {
    return cluster.get(ref).orElseThrow();
  }
}
