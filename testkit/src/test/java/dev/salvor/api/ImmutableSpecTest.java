package dev.salvor.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Clients;
import dev.salvor.kube.Fabric8Cluster;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** From {@code status.startedAt} on, a person can still command a recovery but not retarget it. */
@OnControlPlane
final class ImmutableSpecTest {
  /** A new value for each field that is the recovery's intent. */
  private static final Map<String, String> INTENT =
      Map.ofEntries(
          Map.entry("backup", "{name: another}"),
          Map.entry("scope", "Namespace"),
          Map.entry("strategy", "InPlace"),
          Map.entry("persistentVolumeClaims", "{names: [data, more]}"),
          Map.entry("storageClassMapping", "{fast: fast}"),
          Map.entry("checks", "[{name: other, jobTemplate: {}}]"),
          Map.entry("fallbackToOlder", "2"),
          Map.entry("verification", "{workloadsReady: 1s}"),
          Map.entry("acceptMixedTimes", "[data]"),
          Map.entry("prepare", "{when: AfterApproval}"),
          Map.entry("targetNamespace", "elsewhere"),
          Map.entry("approval", "Automatic"),
          Map.entry("notAfter", "2030-01-01T00:00:00Z"));

  private static final Map<String, String> COMMANDS =
      Map.of(
          "approvedPlan", "abc",
          "abort", "true",
          "undo", "{requested: true, retainFor: 1h}",
          "retry", "1",
          "gitOps", "{resume: Manual}");

  private final ControlPlane plane;
  private final Clients clients;
  private final Fabric8Cluster cluster;
  private final String namespace;

  ImmutableSpecTest(ControlPlane plane) {
    this.plane = plane;
    this.clients = plane.clients();
    this.cluster = new Fabric8Cluster(clients);
    this.namespace = plane.newNamespace("immutable");
  }

  @AfterEach
  void close() {
    clients.close();
  }

  @BeforeEach
  void recovery() {
    plane.apply(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NamespaceRestore
        metadata: {name: r, namespace: %s}
        spec:
          backup: {schedule: daily}
          strategy: Swap
          persistentVolumeClaims: {names: [data]}
          checks: [{name: rows, jobTemplate: {spec: {a: b}}}]
        """
            .formatted(namespace));
  }

  @Test
  void everyFieldIsOneOrTheOther() {
    assertThat(
            Arrays.stream(NamespaceRestoreSpec.class.getRecordComponents())
                .map(RecordComponent::getName))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(INTENT.keySet().stream(), COMMANDS.keySet().stream()).toList());
  }

  @TestFactory
  Stream<DynamicTest> theIntentIsFrozenOnceStarted() {
    start();
    return INTENT.entrySet().stream()
        .map(field ->
            DynamicTest.dynamicTest(
                field.getKey(),
                () ->
                    assertThat(change(field))
                        .contains(
                            "spec."
                                + field.getKey()
                                + " cannot change: the recovery has started; put the old value back, or set spec.abort: true")));
  }

  @TestFactory
  Stream<DynamicTest> commandsAreHeardOnceStarted() {
    start();
    return COMMANDS.entrySet().stream()
        .map(field ->
            DynamicTest.dynamicTest(field.getKey(), () -> assertThat(change(field)).isEmpty()));
  }

  @Test
  void theIntentMayChangeUntilThen() {
    assertThat(change(Map.entry("backup", "{schedule: weekly}"))).isEmpty();
  }

  @Test
  void aFieldCannotBeTakenAwayOnceStarted() {
    start();
    assertThat(cluster.rehearse(read().edit().remove("/spec/strategy").write()).orElse(""))
        .contains("spec.strategy cannot change");
  }

  private void start() {
    var recovery = plane.world().get(Kinds.NAMESPACE_RESTORE.ref(namespace, "r")).orElseThrow();
    recovery.withObject("/status").put("startedAt", "2026-11-21T12:00:00Z");
    plane.world().update(recovery);
    assertThat(read().has("/status/startedAt")).isTrue();
  }

  private Seen read() {
    return cluster.get(Kinds.NAMESPACE_RESTORE.ref(namespace, "r")).orElseThrow();
  }

  private String change(Map.Entry<String, String> field) {
    var value = Manifests.one("value: " + field.getValue()).get("value");
    return cluster.rehearse(read().edit().set("/spec/" + field.getKey(), value).write()).orElse("");
  }
}
