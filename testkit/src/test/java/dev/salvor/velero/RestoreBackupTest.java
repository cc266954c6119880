package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Marks;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestoreBackupTest extends Following {
  @Test
  void writesTheModifierThenTheRestore() {
    assertThat(beside().act(facts, site.moment())).isInstanceOf(Outcome.Waiting.class);
    assertThat(site.cluster.list(Kinds.RESTORE, "velero")).isEmpty();
    site.act(beside(), facts);
    var modifier = site.get(Kinds.CONFIG_MAP, "velero", Site.RESTORE);
    assertThat(modifier.at("/data")).hasSize(1);
    var restore = site.get(Kinds.RESTORE, "velero", Site.RESTORE);
    assertThat(restore.label(Marks.RUN)).isEqualTo(Site.RUN.uid());
    assertThat(restore.annotation("velero.io/pod-volume-timeout")).isEqualTo("240m");
    assertThat(restore.text("/spec/namespaceMapping/shop")).isEqualTo(Site.SHADOW);
    assertThat(restore.text("/spec/resourceModifier/name")).isEqualTo(Site.RESTORE);
    assertThat(restore.at("/spec/includedResources").toString())
        .isEqualTo("[\"pods\",\"persistentvolumeclaims\",\"persistentvolumes\"]");
    assertThat(restore.at("/spec/orLabelSelectors")).hasSize(1);
    assertThat(
            restore
                .at("/spec/orLabelSelectors/0/matchLabels")
                .path("statefulset.kubernetes.io/pod-name")
                .asText())
        .isEqualTo("web-0");
  }

  @Test
  void everyLostReplyAndCrashLeavesOneOfEach() {
    for (var fault : List.of(Fault.LOST_REPLY, Fault.UNAVAILABLE, Fault.FORBIDDEN)) {
      for (var write = 1; write <= 2; write++) {
        var other = new Site();
        other.cluster.fault(write, fault);
        var step = step(other, Restoring.BESIDE);
        for (var call = 0; call < 6; call++) {
          try {
            step.act(facts, other.moment());
          } catch (RuntimeException surprise) {
            assertThat(surprise).isInstanceOf(ClusterException.class);
          }
        }
        assertThat(other.cluster.list(Kinds.RESTORE, "velero")).hasSize(1);
        assertThat(other.cluster.list(Kinds.CONFIG_MAP, "velero")).hasSize(1);
      }
    }
  }

  @Test
  void waitsBehindAnotherRestore() {
    site.cluster.put(
        """
        apiVersion: velero.io/v1
        kind: Restore
        metadata: {name: theirs, namespace: velero}
        spec: {backupName: x}
        status: {phase: InProgress, startTimestamp: "2026-01-01T10:00:00Z"}
        """);
    var outcome = site.act(beside(), facts);
    assertThat(((Outcome.Waiting) outcome).message())
        .isEqualTo(
            "queued behind Restore theirs (InProgress since 2026-01-01T10:00:00Z): Velero restores one after the other");
    assertThat(site.cluster.writes()).isEmpty();
    site.status(Kinds.RESTORE, "velero", "theirs", "{phase: Completed}");
    site.act(beside(), facts);
    assertThat(site.cluster.list(Kinds.RESTORE, "velero")).hasSize(2);
  }

  @Test
  void neverTakesARestoreOfSomebodyElse() {
    site.cluster.put(
        """
        apiVersion: velero.io/v1
        kind: Restore
        metadata: {name: %s, namespace: velero}
        spec: {backupName: x}
        status: {phase: Completed}
        """
            .formatted(Site.RESTORE));
    assertThat(site.act(beside(), facts)).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void isDoneWhenEveryTransferHasEnded() {
    restoring("InProgress");
    transfer("p1", "web-0", "InProgress", 100, 400);
    pod("web-0", "", "{phase: Pending}");
    var running = (Outcome.Waiting) site.act(beside(), facts);
    assertThat(running.amount()).isEqualTo(new Outcome.Amount(100, 400));
    site.status(Kinds.RESTORE, "velero", Site.RESTORE, "{phase: Completed}");
    assertThat(site.act(beside(), facts)).isInstanceOf(Outcome.Waiting.class);
    site.status(Kinds.POD_VOLUME_RESTORE, "velero", "p1", "{phase: Completed}");
    assertThat(site.act(beside(), facts)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void whatAFailedRestoreLeftRunningIsCancelled() {
    restoring("PartiallyFailed");
    transfer("p1", "web-0", "InProgress", 100, 400);
    assertThat(site.act(beside(), facts)).isInstanceOf(Outcome.Waiting.class);
    assertThat(site.get(Kinds.POD_VOLUME_RESTORE, "velero", "p1").flag("/spec/cancel")).isTrue();
    site.status(Kinds.POD_VOLUME_RESTORE, "velero", "p1", "{phase: Canceled}");
    assertThat(site.act(beside(), facts)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void undoStopsItAndRemovesTheModifierButNotTheHistory() {
    site.act(beside(), facts);
    restoring("InProgress");
    transfer("p1", "web-0", "New", 0, 0);
    assertThat(site.undo(beside(), facts)).isInstanceOf(Outcome.Waiting.class);
    assertThat(site.get(Kinds.POD_VOLUME_RESTORE, "velero", "p1").flag("/spec/cancel")).isTrue();
    site.status(Kinds.POD_VOLUME_RESTORE, "velero", "p1", "{phase: Canceled}");
    assertThat(site.undo(beside(), facts)).isInstanceOf(Outcome.Waiting.class);
    site.status(Kinds.RESTORE, "velero", Site.RESTORE, "{phase: PartiallyFailed}");
    // also under the number of the next attempt
    var later = facts.withRestore(facts.restore().next());
    assertThat(site.undo(beside(), later)).isInstanceOf(Outcome.Done.class);
    assertThat(site.cluster.list(Kinds.CONFIG_MAP, "velero")).isEmpty();
    assertThat(site.cluster.list(Kinds.RESTORE, "velero")).hasSize(1);
  }

  @Test
  void undoTakesARestoreOutOfTheQueue() {
    site.act(beside(), facts);
    assertThat(site.undo(beside(), facts)).isInstanceOf(Outcome.Done.class);
    assertThat(site.cluster.list(Kinds.RESTORE, "velero")).isEmpty();
    assertThat(site.undo(beside(), facts)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void undoOfWhatNeverWasIsDone() {
    assertThat(site.undo(beside(), facts)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void theNextAttemptInPlaceClearsWhatTheLastOneLeft() {
    site.cluster.put(
        """
        {apiVersion: v1, kind: Pod, metadata: {name: web-0, namespace: shop, labels: {velero.io/restore-name: %1$s}}, spec: {}}
        ---
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data-web-0, namespace: shop, labels: {velero.io/restore-name: %1$s}}, spec: {}}
        ---
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: other, namespace: shop}, spec: {}}
        """
            .formatted(Site.RESTORE));
    var second = facts.withRestore(facts.restore().next());
    var step = step(site, Restoring.IN_PLACE);
    for (var call = 0; call < 20; call++) {
      step.act(second, site.moment());
      site.cluster.advance(Duration.ofSeconds(1));
    }
    assertThat(site.cluster.list(Kinds.POD, "shop")).isEmpty();
    assertThat(site.cluster.list(Kinds.PVC, "shop"))
        .extracting(claim -> claim.name())
        .containsExactly("other");
    var restore = site.get(Kinds.RESTORE, "velero", "salvor-0c2f7c3e-2");
    assertThat(restore.has("/spec/namespaceMapping")).isFalse();
  }

  @Test
  void aWholeNamespaceComesWithoutGitOpsAndHelm() {
    site.act(step(site, Restoring.NAMESPACE), facts);
    var restore = site.get(Kinds.RESTORE, "velero", Site.RESTORE);
    assertThat(restore.at("/spec/excludedResources").toString())
        .contains("kustomizations.kustomize.toolkit.fluxcd.io", "applications.argoproj.io")
        .contains("namespacerestores.recovery.salvor.dev");
    assertThat(restore.at("/spec/labelSelector/matchExpressions/0/operator").asText())
        .isEqualTo("NotIn");
    assertThat(restore.text("/spec/existingResourcePolicy")).isEqualTo("update");
    assertThat(restore.has("/spec/includedResources")).isFalse();
  }

  @Test
  void cancelRestoreSpoilsOneThatWaitsAndStopsOneThatRuns() {
    site.act(beside(), facts);
    var cancel = new CancelRestore(site.cluster, Site.AROUND, Site.RUN);
    assertThat(site.act(cancel, facts)).isInstanceOf(Outcome.Done.class);
    assertThat(site.get(Kinds.RESTORE, "velero", Site.RESTORE).text("/spec/backupName"))
        .isEqualTo("cancelled-by-salvor");
    restoring("InProgress");
    transfer("p1", "web-0", "InProgress", 1, 2);
    assertThat(site.act(cancel, facts)).isInstanceOf(Outcome.Waiting.class);
    assertThat(site.get(Kinds.POD_VOLUME_RESTORE, "velero", "p1").flag("/spec/cancel")).isTrue();
  }
}
