package dev.salvor.testkit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.models.LonghornModel.Mishap;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was read of Longhorn is what the model does. */
final class LonghornModelTest {
  private final FakeCluster cluster = new FakeCluster();
  private final LonghornModel longhorn = new LonghornModel();

  @BeforeEach
  void aBackup() {
    cluster.put(
        """
        {apiVersion: v1, kind: Node, metadata: {name: n1}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: n2}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: a}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: a}
        spec: {volumeName: pv-1, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: pv-1}
        spec:
          capacity: {storage: 1Gi}
          accessModes: [ReadWriteOnce]
          csi: {driver: driver.longhorn.io, volumeHandle: pv-1}
        """);
    longhorn.install(cluster.world());
    cluster.with(longhorn).admission(new LonghornWebhook(cluster.world()));
    cluster.settle();
    longhorn.backUp(cluster.world(), "a", "data", "monday");
  }

  @Test
  void theWebhookTakesBytesAndABackupThatIsThere() {
    var url = "s3://backups@model/?backup=monday&volume=pv-1";
    assertThatThrownBy(() -> volume("\"10Gi\"", url, 2))
        .isInstanceOf(ClusterException.Invalid.class)
        .hasMessageContaining("10Gi");
    assertThatThrownBy(() -> volume("1073741824", url, 2))
        .as("a number without quotes")
        .isInstanceOf(ClusterException.Invalid.class);
    assertThatThrownBy(() -> volume("\"1073741824\"", url.replace("monday", "gone"), 2))
        .isInstanceOf(ClusterException.Invalid.class)
        .hasMessageContaining("not found");
    volume("\"1\"", url, 2);
    assertThat(restored().at("/spec/size").asText())
        .as("the backup's, whatever was asked for")
        .isEqualTo("1073741824");
  }

  @Test
  void aRestoreGoesThroughItsStatesAndDetaches() {
    volume("\"1073741824\"", "s3://backups@model/?backup=monday&volume=pv-1", 2);
    var states = new LinkedHashSet<String>();
    for (var second = 0; second < 10; second++) {
      cluster.advance(Duration.ofSeconds(1));
      states.add(restored().at("/status/state").asText());
    }
    assertThat(states)
        .containsExactlyElementsOf(
            List.of("creating", "attaching", "attached", "detaching", "detached"));
    assertThat(restored().at("/status/restoreInitiated").asBoolean()).isTrue();
    assertThat(restored().at("/status/restoreRequired").asBoolean(true)).isFalse();
    assertThat(restored().at("/status/robustness").asText()).isEqualTo("unknown");
  }

  @Test
  void withFewerNodesThanReplicasItNeverEnds() {
    volume("\"1073741824\"", "s3://backups@model/?backup=monday&volume=pv-1", 3);
    cluster.settle(Duration.ofMinutes(1));
    assertThat(restored().at("/status/restoreRequired").asBoolean()).isTrue();
    assertThat(restored().at("/status/conditions").toString()).contains("ReplicaSchedulingFailure");
  }

  @Test
  void aFailedRestoreIsFaulted() {
    longhorn.with(Mishap.RESTORE_FAILS);
    volume("\"1073741824\"", "s3://backups@model/?backup=monday&volume=pv-1", 2);
    cluster.settle(Duration.ofMinutes(1));
    assertThat(restored().at("/status/robustness").asText()).isEqualTo("faulted");
    assertThat(restored().at("/status/conditions").toString()).contains("RestoreFailure");
  }

  @Test
  void aNewClusterHasItsBackupsOnceTheTargetIsSynced() {
    longhorn.unsynced(cluster.world());
    cluster.settle();
    assertThat(cluster.world().list(Kinds.LONGHORN_BACKUP, "")).isEmpty();
    var target =
        cluster
            .world()
            .get(Kinds.LONGHORN_BACKUP_TARGET.ref(LonghornModel.HOME, "default"))
            .orElseThrow();
    target.withObject("/spec").put("syncRequestedAt", cluster.now().toString());
    cluster.update(target);
    cluster.settle();
    assertThat(cluster.world().list(Kinds.LONGHORN_BACKUP, "")).hasSize(1);
  }

  private void volume(String size, String url, int replicas) {
    cluster.put(
        """
        apiVersion: longhorn.io/v1beta2
        kind: Volume
        metadata: {name: restored, namespace: longhorn-system}
        spec: {size: %s, fromBackup: "%s", numberOfReplicas: %d, frontend: blockdev}
        """
            .formatted(size, url, replicas));
  }

  private com.fasterxml.jackson.databind.node.ObjectNode restored() {
    return cluster
        .world()
        .get(Kinds.LONGHORN_VOLUME.ref(LonghornModel.HOME, "restored"))
        .orElseThrow();
  }
}
