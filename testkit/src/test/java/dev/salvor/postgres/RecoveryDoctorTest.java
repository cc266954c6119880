package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.engine.Moment;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Named within a minute, given up after ten: objects written by hand. */
class RecoveryDoctorTest {
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: db-r1-1-full-recovery-abcde, namespace: shop, labels: {cnpg.io/cluster: db-r1}}
      spec: {containers: [{name: full-recovery, image: i}]}
      status: %s
      """;

  private final FakeCluster cluster =
      new FakeCluster()
          .put(
              """
              {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
              ---
              apiVersion: postgresql.cnpg.io/v1
              kind: Cluster
              metadata: {name: db-r1, namespace: shop}
              spec: {instances: 1}
              status: {phase: Setting up primary, phaseReason: Creating primary instance db-r1-1}
              """);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', message: '0/3 nodes are available: 3 Insufficient memory.'}]} | cannot be scheduled: 0/3 nodes are available",
        "{phase: Pending, containerStatuses: [{name: full-recovery, state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling'}}}]} | container full-recovery is in ImagePullBackOff: Back-off pulling",
        "{phase: Pending, initContainerStatuses: [{name: bootstrap-controller, state: {waiting: {reason: ErrImagePull}}}]} | container bootstrap-controller is in ErrImagePull",
      })
  void aPodThatDoesNotStartIsNamedAndGivenUpLater(String status, String words) {
    cluster.put(POD.formatted(status));
    assertThat(after(Duration.ofSeconds(10))).isInstanceOf(RecoveryDoctor.Diagnosis.Well.class);
    assertThat(after(Duration.ofSeconds(20))).satisfies(found -> waits(found, words));
    assertThat(after(Duration.ofMinutes(9))).satisfies(found -> waits(found, words));
    assertThat(after(Duration.ofMinutes(1)))
        .isInstanceOfSatisfying(
            RecoveryDoctor.Diagnosis.Hopeless.class,
            found -> {
              assertThat(found.reason()).isEqualTo("RecoveryStuck");
              assertThat(found.message()).contains(words);
            });
  }

  @Test
  void anImageNameThatCannotBeIsHopelessAtOnce() {
    cluster.put(
        POD.formatted(
            "{phase: Pending, containerStatuses: [{name: full-recovery, state: {waiting: {reason: InvalidImageName}}}]}"));
    assertThat(after(Duration.ofSeconds(21))).isInstanceOf(RecoveryDoctor.Diagnosis.Hopeless.class);
  }

  @Test
  void aPodThatRunsIsWell() {
    cluster.put(
        POD.formatted(
            "{phase: Running, conditions: [{type: PodScheduled, status: 'True'}], containerStatuses: [{name: full-recovery, state: {running: {}}}]}"));
    assertThat(after(Duration.ofHours(40))).isInstanceOf(RecoveryDoctor.Diagnosis.Well.class);
  }

  @Test
  void aJobThatMakesNoPodIsNamed() {
    cluster.put(
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: db-r1-1-full-recovery, namespace: shop, labels: {cnpg.io/cluster: db-r1}}
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}
        """);
    assertThat(after(Duration.ofSeconds(21)))
        .satisfies(found -> waits(found, "Job db-r1-1-full-recovery makes no pod"));
    // one that has failed is a matter of its logs
    cluster.put(
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: db-r1-1-full-recovery, namespace: shop, labels: {cnpg.io/cluster: db-r1}}
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}
        status: {failed: 1}
        """);
    assertThat(after(Duration.ofSeconds(21))).isInstanceOf(RecoveryDoctor.Diagnosis.Well.class);
  }

  @Test
  void aClaimThatNobodyUsesIsNamed() {
    cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: db-r1-1, namespace: shop, labels: {cnpg.io/cluster: db-r1, cnpg.io/instanceName: db-r1-1}}
        spec: {accessModes: [ReadWriteOnce]}
        """);
    assertThat(after(Duration.ofSeconds(21)))
        .satisfies(found -> waits(found, "claim db-r1-1 is Pending, no pod uses it"));
  }

  @Test
  void anOperatorThatDoesNothingIsNamed() {
    assertThat(after(Duration.ofSeconds(50))).isInstanceOf(RecoveryDoctor.Diagnosis.Well.class);
    assertThat(after(Duration.ofSeconds(15)))
        .satisfies(found -> waits(found, "CloudNativePG does nothing for Cluster db-r1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Cluster cannot proceed to reconciliation due to an unknown plugin being required | PluginNotRunning",
        "Invalid cluster definition | CopyRefused",
        "Cluster has incomplete or invalid image catalog | CopyRefused",
      })
  void aPhaseThatSaysNoIsBelievedAfterAMinute(String phase, String reason) {
    cluster.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Cluster
        metadata: {name: db-r1, namespace: shop}
        spec: {instances: 1}
        status: {phase: "%s"}
        """
            .formatted(phase));
    assertThat(after(Duration.ofSeconds(30))).satisfies(found -> waits(found, phase));
    assertThat(after(Duration.ofSeconds(31)))
        .isInstanceOfSatisfying(
            RecoveryDoctor.Diagnosis.Hopeless.class,
            found -> assertThat(found.reason()).isEqualTo(reason));
  }

  private final java.time.Instant started = cluster.now();

  private RecoveryDoctor.Diagnosis after(Duration more) {
    cluster.advance(more);
    var copy = CnpgCluster.read(cluster, "shop", "db-r1").orElseThrow();
    var pods = new RecoveryPods(cluster, cluster.list(Kinds.POD, "shop")).going();
    return new RecoveryDoctor(cluster, copy, pods, new Moment(cluster.now(), started)).examine();
  }

  private static void waits(RecoveryDoctor.Diagnosis found, String words) {
    assertThat(found)
        .isInstanceOfSatisfying(
            RecoveryDoctor.Diagnosis.Waits.class,
            waits -> assertThat(waits.cause()).contains(words));
  }
}
