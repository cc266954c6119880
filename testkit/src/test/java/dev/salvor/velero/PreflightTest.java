package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.api.VolumeFacts.Content;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Kinds;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreflightTest {
  private final Site site = new Site();
  private final Facts facts = ModifierTest.facts();

  PreflightTest() {
    // the copy's namespace is there in the other tests only
    var shadow = site.get(Kinds.NAMESPACE, "", Site.SHADOW).json().deepCopy();
    shadow.withObject("/metadata").remove("finalizers");
    site.cluster.update(shadow);
    site.cluster.delete(Kinds.NAMESPACE.ref(Site.SHADOW));
    site.cluster.round();
    site.cluster.round();
  }

  @Test
  void aHealthyVeleroHasNoFindings() {
    assertThat(look(facts)).isEqualTo(facts);
  }

  @Test
  void namesWhatIsWrongWithTheServer() {
    site.cluster.put(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: velero, namespace: velero}
        spec: {selector: {matchLabels: {deploy: velero}}, template: {metadata: {labels: {deploy: velero}}, spec: {imagePullSecrets: [{name: s}], containers: [{name: velero, image: "host:5000/velero:v1.16.2"}]}}}
        status: {availableReplicas: 0}
        """);
    var csi =
        facts.withVolumes(
            List.of(
                facts
                    .volumes()
                    .getFirst()
                    .withContent(new Content(Method.CsiSnapshot, "p", "v", "h", 1, "fast"))));
    assertThat(Site.reasons(look(csi)))
        .containsExactly(
            "VeleroNotRunning", "VeleroTooOld", "CsiNotEnabled", "ImageNeedsPullSecret");
  }

  @Test
  void namesNodesThatCannotBeFilled() {
    site.cluster.put(
        """
        {apiVersion: v1, kind: Node, metadata: {name: n2}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: n3}, spec: {unschedulable: true}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: n4}, spec: {taints: [{key: k, effect: NoSchedule}]}}
        """);
    var found = look(facts).findings();
    assertThat(found).extracting(Finding::reason).containsExactly("NodeWithoutAgent");
    assertThat(found.getFirst().message()).contains("on n2:");
    site.cluster.delete(Kinds.POD.ref("velero", "node-agent-n1"));
    site.status(Kinds.POD, "velero", "node-agent-n1", "{phase: Pending}");
    assertThat(Site.reasons(look(facts))).containsExactly("NoNodeAgent");
  }

  @Test
  void namesWhatElseActsOnEveryRestore() {
    site.cluster.put(
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: velero, labels: {pod-security.kubernetes.io/enforce: baseline}}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: classes, namespace: velero, labels: {velero.io/plugin-config: "", velero.io/change-storage-class: RestoreItemAction}}
        data: {fast: slow}
        ---
        {apiVersion: velero.io/v1, kind: Restore, metadata: {name: theirs, namespace: velero}, status: {phase: InProgress}}
        """);
    assertThat(Site.reasons(look(facts)))
        .containsExactly("VeleroBusy", "VeleroNotPrivileged", "StorageClassesMappedGlobally");
    site.cluster.put(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: again, namespace: velero, labels: {velero.io/plugin-config: "", velero.io/change-storage-class: RestoreItemAction}}
        """);
    assertThat(Site.reasons(look(facts))).contains("PluginConfiguredTwice");
  }

  @Test
  void aRestoreIsNeverUsedTwice() {
    restore(1);
    restore(2);
    assertThat(look(facts).restore().attempt()).isEqualTo(3);
  }

  @Test
  void aCopyThatIsKeptKeepsItsNumber() {
    restore(1);
    site.cluster.put(
        "{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv-new, labels: {%s: %s}}}"
            .formatted(Marks.RUN, Site.RUN.uid()));
    var uid = site.get(Kinds.PV, "", "pv-new").uid();
    var copy = new VolumeFacts.Pv("pv-new", uid, "Delete", "c", null, "fast", 1);
    var kept = facts.withVolumes(List.of(facts.volumes().getFirst().withCopy(copy)));
    assertThat(look(kept).restore().attempt()).isEqualTo(1);
    // given up: its volume has lost the mark
    var volume = site.get(Kinds.PV, "", "pv-new").json().deepCopy();
    volume.withObject("/metadata").remove("labels");
    site.cluster.update(volume);
    var next = look(kept);
    assertThat(next.restore().attempt()).isEqualTo(2);
    assertThat(next.volumes().getFirst().copy()).isNull();
  }

  private Facts look(Facts known) {
    return site.seen(new Preflight(site.cluster, Site.AROUND, Site.RUN), known);
  }

  private void restore(int attempt) {
    site.cluster.put(
        "{apiVersion: velero.io/v1, kind: Restore, metadata: {name: %s, namespace: velero}, status: {phase: Failed}}"
            .formatted(Site.RUN.restoreName(attempt)));
  }
}
