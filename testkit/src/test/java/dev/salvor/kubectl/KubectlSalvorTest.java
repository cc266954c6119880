package dev.salvor.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person sees and can do with {@code kubectl salvor}, and what scripts can rely on. */
@OnControlPlane
final class KubectlSalvorTest {
  private static final String WAITING =
      """
      {"status": {"observedGeneration": 1, "phase": "AwaitingApproval", "step": "AwaitApproval",
        "message": "read the plan and approve it", "target": "shop",
        "plan": {"hash": "aaaaaaaaaaaa", "swapHash": "0123456789ab", "approve": "0123456789ab", "complete": true,
          "summary": "Restore 1 claim from nightly-31.", "strategy": "Swap", "backup": "nightly-31", "expectedLoss": "7h12m",
          "targets": [{"action": "Exchange", "uid": "uid-1", "note": "deleted and created again",
            "ref": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": "shop", "name": "data"}}]},
        "steps": [{"name": "SelectBackup", "state": "Done", "startedAt": "2026-01-01T03:00:00Z", "since": "2026-01-01T03:00:01Z",
          "message": "backup nightly-31"}]}}
      """;

  private final ControlPlane plane;
  private final String namespace;
  private final Plugin plugin;

  KubectlSalvorTest(ControlPlane plane) throws Exception {
    this.plane = plane;
    this.namespace = plane.newNamespace("plugin");
    this.plugin = new Plugin(plane, namespace);
  }

  @BeforeEach
  void recovery() {
    plane.apply(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NamespaceRestore
        metadata: {name: back, namespace: %1$s}
        spec: {backup: {name: b}}
        ---
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: ArchiveReset
        metadata: {name: clean, namespace: %1$s}
        spec: {cluster: db}
        """
            .formatted(namespace));
  }

  @Test
  void theListHasEveryKind() throws Exception {
    plugin.status("nsr/back", WAITING);
    var list = plugin.salvor("list");
    assertThat(list.code()).isZero();
    assertThat(list.out()).contains("/back", "AwaitingApproval", "0123456789ab", "/clean");
    assertThat(plugin.salvor("list", "-o", "name").out())
        .contains("namespacerestore.recovery.salvor.dev/back")
        .contains("archivereset.recovery.salvor.dev/clean");
  }

  @Test
  void statusSaysWhereItStandsAndWhatToType() throws Exception {
    assertThat(plugin.salvor("status", "back").out()).contains("Not seen by Salvor yet");
    plugin.status("nsr/back", WAITING);
    var status = plugin.salvor("status", "nsr/back");
    assertThat(status.code()).isZero();
    assertThat(status.out())
        .contains("AwaitingApproval  shop")
        .contains("done    03:00:01  SelectBackup")
        .contains("kubectl salvor approve back -n " + namespace);
    assertThat(plugin.salvor("status", "back", "-o", "json").out()).contains("\"steps\"");
  }

  @Test
  void thePlanIsShownWithItsTargetsAndItsHash() throws Exception {
    assertThat(plugin.salvor("plan", "back").out()).contains("There is no plan yet");
    plugin.status("nsr/back", WAITING);
    assertThat(plugin.salvor("plan", "back").out())
        .contains("Restore 1 claim from nightly-31.")
        .contains("Expected loss    7h12m")
        .contains("Exchange  PersistentVolumeClaim shop/data (uid-1): deleted and created again")
        .contains("Approve it with the hash 0123456789ab");
    assertThat(plugin.salvor("plan", "back", "-o", "hash").out()).isEqualTo("0123456789ab\n");
  }

  @Test
  void onlyThePlanThatWasReadIsApproved() throws Exception {
    assertThat(plugin.salvor("approve", "back", "--plan=0123456789ab").code()).isEqualTo(1);
    plugin.status("nsr/back", WAITING);
    var silent = plugin.salvor("approve", "back");
    assertThat(silent.code()).isEqualTo(2);
    assertThat(silent.err()).contains("--plan=HASH", "0123456789ab");
    var wrong = plugin.salvor("approve", "back", "--plan=ffffffffffff");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("nothing was approved");
    assertThat(approved()).isEmpty();
    assertThat(plugin.salvor("approve", "back", "--plan=0123456789ab").code()).isZero();
    assertThat(approved()).isEqualTo("0123456789ab");
  }

  private String approved() throws Exception {
    return plugin.kubectl("get", "nsr/back", "-o", "jsonpath={.spec.approvedPlan}");
  }

  @Test
  void abortRetryAndUndoAreRefusedWhereTheyMeanNothing() throws Exception {
    assertThat(plugin.salvor("retry", "back").code()).isEqualTo(1);
    assertThat(plugin.salvor("undo", "back").code()).isEqualTo(1);
    plugin.status("nsr/back", "{\"status\": {\"phase\": \"Succeeded\"}}");
    assertThat(plugin.salvor("abort", "back").err()).contains("ended already");
    plugin.status("nsr/back", "{\"status\": {\"phase\": \"Failed\", \"message\": \"no\"}}");
    assertThat(plugin.salvor("retry", "back").code()).isZero();
    assertThat(plugin.salvor("retry", "back").code()).isZero();
    plugin.status("nsr/back", "{\"status\": {\"undo\": {\"possible\": true}}}");
    assertThat(plugin.salvor("undo", "back").out()).contains("kubectl salvor approve back");
    plugin.status("nsr/back", "{\"status\": {\"phase\": \"Preparing\"}}");
    assertThat(plugin.salvor("abort", "back").code()).isZero();
    assertThat(
            plugin.kubectl(
                "get",
                "nsr/back",
                "-o",
                "jsonpath={.spec.retry} {.spec.undo.requested} {.spec.abort}"))
        .isEqualTo("2 true true");
  }

  @Test
  void watchEndsWithACodeForScripts() throws Exception {
    plugin.status("nsr/back", WAITING);
    assertThat(plugin.salvor("watch", "back").code()).isEqualTo(4);
    assertThat(plugin.salvor("watch", "back", "--through-approval", "--timeout=1").code())
        .isEqualTo(5);
    plugin.status("nsr/back", "{\"status\": {\"phase\": \"Succeeded\"}}");
    assertThat(plugin.salvor("watch", "back").code()).isZero();
    plugin.status("nsr/back", "{\"status\": {\"phase\": \"Refused\"}}");
    assertThat(plugin.salvor("watch", "back").code()).isEqualTo(1);
  }

  @Test
  void whatIsNotThereOrNotMeantIsSaid() throws Exception {
    assertThat(plugin.salvor("status", "nothing").code()).isEqualTo(3);
    assertThat(plugin.salvor("status").code()).isEqualTo(2);
    assertThat(plugin.salvor("dance", "back").code()).isEqualTo(2);
    assertThat(plugin.salvor("status", "back", "--loud").err()).contains("unknown flag --loud");
    assertThat(plugin.salvor("watch", "back", "--timeout=soon").code()).isEqualTo(2);
    plane.apply(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: ArchiveReset
        metadata: {name: back, namespace: %s}
        spec: {cluster: db}
        """
            .formatted(namespace));
    assertThat(plugin.salvor("status", "back").err()).contains("more than one", "name the kind");
    assertThat(plugin.salvor("status", "arr/back").code()).isZero();
  }

  @Test
  void aReasonIsExplainedWithWhatToDo() throws Exception {
    var gap = plugin.salvor("explain", "archivegap");
    assertThat(gap.code()).isZero();
    assertThat(gap.out()).startsWith("ArchiveGap\n").contains("Do: ");
    assertThat(plugin.salvor("explain", "NoSuchReason").code()).isEqualTo(3);
  }

  @Test
  void theDoctorNamesWhatIsMissing() throws Exception {
    var doctor = plugin.salvor("doctor");
    assertThat(doctor.code()).isEqualTo(1);
    assertThat(doctor.out())
        .containsPattern("ok +CRDs +.*namespacerestores")
        .containsPattern("MISSING +operator")
        .containsPattern("ok +velero");
  }

  @Test
  void withoutWordsItHelps() throws Exception {
    assertThat(plugin.salvor("--help").out()).contains("kubectl salvor approve");
  }
}
