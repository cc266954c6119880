package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import org.junit.jupiter.api.Test;

class DoctorTest extends Following {
  @Test
  void anApplicationThatStartsInTheCopyEndsIt() {
    restoring("InProgress");
    pod("web-0", "", "{containerStatuses: [{name: web, state: {running: {}}}]}");
    assertThat(failure()).isEqualTo("ApplicationStarted");
    assertThat(
            site.cluster.get(Kinds.POD.ref(Site.SHADOW, "web-0")).filter(pod -> !pod.terminating()))
        .isEmpty();
  }

  @Test
  void theWaitAndTheHoldMayStart() {
    restoring("InProgress");
    pod(
        "web-0",
        "nodeName: n1",
        "{initContainerStatuses: [{name: restore-wait, state: {terminated: {}}}], containerStatuses: [{name: hold, state: {running: {}}}]}");
    assertThat(cause()).isEqualTo("Restore " + Site.RESTORE + " is InProgress");
  }

  @Test
  void aPodThatStayedGatedWasNotHeld() {
    restoring("InProgress");
    pod("web-0", "schedulingGates: [{name: recovery.salvor.dev/held}]", "{}");
    assertThat(failure()).isEqualTo("PodNotHeld");
  }

  @Test
  void aTransferWhosePodIsGoneIsCancelled() {
    restoring("InProgress");
    transfer("p1", "web-0", "New", 0, 0);
    site.act(beside(), facts);
    assertThat(site.get(Kinds.POD_VOLUME_RESTORE, "velero", "p1").flag("/spec/cancel")).isTrue();
  }

  @Test
  void namesTheCauseOfEveryKindOfHang() {
    restoring("InProgress");
    pod(
        "web-0",
        "",
        "{conditions: [{type: PodScheduled, status: \"False\", reason: Unschedulable, message: 0/3 nodes fit}]}");
    assertThat(cause()).contains("web-0 finds no node: 0/3 nodes fit");
    pod(
        "web-0",
        "volumes: [{name: cache}, {name: data, persistentVolumeClaim: {claimName: data-web-0}}]",
        "{}");
    assertThat(cause()).contains("claim data-web-0 of pod web-0 is missing");
    site.cluster.put(
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data-web-0, namespace: %s}, spec: {storageClassName: gone}}"
            .formatted(Site.SHADOW));
    assertThat(cause()).contains("no StorageClass gone");
    pod(
        "web-0",
        "nodeName: n1",
        "{initContainerStatuses: [{name: restore-wait, state: {waiting: {reason: ImagePullBackOff, message: no such image}}}]}");
    assertThat(cause()).contains("ImagePullBackOff no such image");
    pod(
        "web-0",
        "nodeName: n2",
        "{initContainerStatuses: [{name: restore-wait, state: {running: {}}}]}");
    transfer("p1", "web-0", "New", 0, 0);
    assertThat(cause()).contains("no node-agent is ready on node n2");
    pod(
        "web-0",
        "nodeName: n1",
        "{initContainerStatuses: [{name: restore-wait, state: {running: {}}}]}");
    transfer("p1", "web-0", "New", 0, 0);
    assertThat(cause()).contains("node-agent on node n1 has not begun");
    site.status(
        Kinds.BACKUP_STORAGE_LOCATION, "velero", "default", "{phase: Unavailable, message: dns}");
    assertThat(cause()).contains("storage location default is not Available: dns");
    site.status(Kinds.DEPLOYMENT, "velero", "velero", "{availableReplicas: 0}");
    assertThat(cause()).contains("the Velero server does not run");
  }

  @Test
  void aPodThatVeleroCouldNotCreate() {
    site.act(beside(), facts);
    site.status(
        Kinds.RESTORE,
        "velero",
        Site.RESTORE,
        "{phase: InProgress, progress: {totalItems: 3, itemsRestored: 3}}");
    assertThat(cause()).contains("Velero has not created pod web-0", "quota, pod security");
  }

  @Test
  void aShadowNamespaceThatIsBeingDeleted() {
    restoring("InProgress");
    site.cluster.delete(Kinds.NAMESPACE.ref(Site.SHADOW));
    assertThat(cause()).contains("is being deleted");
  }
}
