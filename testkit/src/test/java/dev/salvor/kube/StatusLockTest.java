package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.salvor.api.Facts;
import dev.salvor.api.HoldFacts;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.api.Ref;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract that crash safety, staleness and fencing stand on (DESIGN section 3): what {@code
 * UpdateControl.patchStatus} of JOSDK sends, server-side apply of /status with force.
 */
@OnControlPlane
final class StatusLockTest {
  private final ControlPlane plane;
  private final Clients clients;
  private final Recoveries recoveries;
  private String namespace = "";

  StatusLockTest(ControlPlane plane) {
    this.plane = plane;
    this.clients = plane.clients();
    this.recoveries = new Recoveries(clients);
  }

  @AfterEach
  void close() {
    clients.close();
  }

  @BeforeEach
  void recovery() {
    namespace = plane.newNamespace("lock");
    plane.apply(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NamespaceRestore
        metadata: {name: r, namespace: %s}
        spec: {backup: {name: b}}
        """
            .formatted(namespace));
  }

  @Test
  void theStatusBeforeTheFirstAnswerSaysSo() {
    assertThat(read().getStatus().observedGeneration()).isEqualTo(-1);
  }

  @Test
  void aStaleVersionIsRefusedAlsoWithForce() {
    var before = read();
    write(before, status("Planning", null));
    assertThatThrownBy(() -> write(before, status("Done", null)))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    assertThat(read().getStatus().phase()).isEqualTo("Planning");
  }

  @Test
  void anEditOfTheSpecMakesTheVersionStale() {
    var before = read();
    plane
        .world()
        .as("person")
        .apply(
            dev.salvor.testkit.Manifests.one(
                "{apiVersion: recovery.salvor.dev/v1alpha1, kind: NamespaceRestore, metadata: {name: r, namespace: %s}, spec: {abort: true}}"
                    .formatted(namespace)));
    assertThatThrownBy(() -> write(before, status("Planning", null)))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void theSameAgainKeepsTheVersion() {
    var first = write(read(), status("Planning", facts()));
    var again = write(first, status("Planning", facts()));
    assertThat(again.getMetadata().getResourceVersion())
        .isEqualTo(first.getMetadata().getResourceVersion());
  }

  @Test
  void whatIsNoLongerSentIsGone() {
    var first = write(read(), status("Planning", facts()));
    assertThat(first.getStatus().facts()).isNotNull();
    var second = write(first, status("Planning", null));
    assertThat(second.getStatus().facts()).isNull();
  }

  /** {@code before} says "was absent" with a null: it must come back as one. */
  @Test
  void factsComeBackAsTheyWereWritten() {
    var written = facts();
    write(read(), status("Planning", written));
    assertThat(read().getStatus().facts()).isEqualTo(written);
  }

  private static Facts facts() {
    var before = JsonNodeFactory.instance.objectNode();
    before.put("/spec/suspend", false).putNull("/spec/replicas").put("/metadata/labels/a~1b", "x");
    var mapper = JsonMapper.builder().build();
    return Facts.none("abc")
        .withOwners(List.of())
        .withSchedules(
            List.of(
                new HoldFacts(
                    new Ref("velero.io/v1", "Schedule", "velero", "daily"),
                    "uid-1",
                    mapper.convertValue(
                        before, com.fasterxml.jackson.databind.node.ObjectNode.class))));
  }

  private static RecoveryStatus status(
      String phase, @org.jspecify.annotations.Nullable Facts facts) {
    return new RecoveryStatus(
        1, phase, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, facts, null);
  }

  private NamespaceRestore read() {
    var named = new NamespaceRestore();
    named.setMetadata(new ObjectMetaBuilder().withName("r").withNamespace(namespace).build());
    return recoveries.live(named).orElseThrow();
  }

  private NamespaceRestore write(NamespaceRestore read, RecoveryStatus status) {
    var fresh = new NamespaceRestore();
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withName("r")
            .withNamespace(namespace)
            .withUid(read.getMetadata().getUid())
            .withResourceVersion(read.getMetadata().getResourceVersion())
            .build());
    fresh.setStatus(status);
    recoveries.commit(fresh);
    return read();
  }
}
