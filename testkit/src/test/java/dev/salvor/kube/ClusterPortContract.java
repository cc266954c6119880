package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.World;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every step may rely on when it writes: the semantics of {@link ClusterWriter}. Runs against
 * the fake and against a real API server, so that the fake cannot be kinder than the truth.
 *
 * <p>A subclass may share one cluster among all tests: each test has a namespace of its own.
 */
abstract class ClusterPortContract {
  protected final String namespace = "contract-" + UUID.randomUUID().toString().substring(0, 8);
  private final Ref map = Kinds.CONFIG_MAP.ref(namespace, "settings");

  /** The port under test. */
  protected abstract ClusterWriter cluster();

  /** The same cluster for somebody else. */
  protected abstract World world();

  @BeforeEach
  void makeNamespace() {
    world()
        .create(
            Manifests.one(
                "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace)));
    world().create(map("settings", "{app: shop, tier: web}"));
  }

  @AfterEach
  void removeNamespace() {
    world().delete(Kinds.NAMESPACE.ref(namespace));
  }

  @Test
  void whatIsCreatedComesBackWithItsUid() {
    var made = cluster().write(new Write.Create(map("made", "{app: shop}")));
    assertThat(made.uid()).isNotEmpty();
    assertThat(made.ref()).isEqualTo(Kinds.CONFIG_MAP.ref(namespace, "made"));
    assertThat(cluster().get(made.ref()).orElseThrow().resourceVersion())
        .isEqualTo(made.resourceVersion());
  }

  @Test
  void aNameThatIsTakenIsTaken() {
    var again = new Write.Create(map("settings", "{}"));
    assertThatThrownBy(() -> cluster().write(again))
        .isInstanceOf(ClusterException.AlreadyExists.class);
    assertThat(cluster().rehearse(again)).isPresent();
  }

  @Test
  void whatTheApiServerWillNeverTakeIsInvalid() {
    var write = new Write.Create(map("Not_A_Name", "{}"));
    assertThatThrownBy(() -> cluster().write(write)).isInstanceOf(ClusterException.Invalid.class);
    var label = new Write.Create(map("fine", "{app: 'no good!'}"));
    assertThatThrownBy(() -> cluster().write(label)).isInstanceOf(ClusterException.Invalid.class);
  }

  @Test
  void nothingIsMadeInANamespaceThatIsNotThere() {
    var manifest = map("made", "{}");
    manifest.withObject("/metadata").put("namespace", "no-such-namespace");
    var write = new Write.Create(manifest);
    assertThatThrownBy(() -> cluster().write(write)).isInstanceOf(ClusterException.NotFound.class);
    assertThat(cluster().rehearse(write)).isPresent();
  }

  @Test
  void nothingIsMadeInANamespaceThatGoes() {
    hold();
    world().delete(Kinds.NAMESPACE.ref(namespace));
    assertThat(cluster().get(Kinds.NAMESPACE.ref(namespace)).orElseThrow().terminating()).isTrue();
    var write = new Write.Create(map("made", "{}"));
    assertThatThrownBy(() -> cluster().write(write))
        .isInstanceOf(ClusterException.Forbidden.class)
        .hasMessageContaining("being terminated");
    free();
  }

  @Test
  void aPatchChangesWhatWasEditedAndNothingElse() {
    var seen = read();
    var written =
        cluster()
            .write(
                seen.edit()
                    .set("/data/size", "large")
                    .remove("/data/colour")
                    .annotate("example.org/a.b", "{\"x\": \"~1/\"}")
                    .label("tier", null)
                    .write());
    assertThat(written.resourceVersion()).isNotEqualTo(seen.resourceVersion());
    assertThat(written.uid()).isEqualTo(seen.uid());
    var now = read();
    assertThat(now.at("/data").toString()).isEqualTo("{\"size\":\"large\"}");
    assertThat(now.labels()).isEqualTo(Map.of("app", "shop"));
    assertThat(now.annotation("example.org/a.b")).isEqualTo("{\"x\": \"~1/\"}");
    assertThat(now.resourceVersion()).isEqualTo(written.resourceVersion());
  }

  @Test
  void aPatchIsSignedByUs() {
    cluster().write(read().edit().set("/data/size", "large").write());
    assertThat(read().at("/metadata/managedFields").findValuesAsText("manager"))
        .contains(Marks.MANAGER);
  }

  @Test
  void anEmptyPatchIsNoNewVersion() {
    var seen = read();
    assertThat(seen.edit().isEmpty()).isTrue();
    assertThat(cluster().write(seen.edit().write()).resourceVersion())
        .isEqualTo(seen.resourceVersion());
  }

  @Test
  void aPatchOfWhatHasChangedIsAConflict() {
    var seen = read();
    world().save(seen.edit().set("/data/colour", "blue"));
    var write = seen.edit().set("/data/size", "large").write();
    assertThatThrownBy(() -> cluster().write(write)).isInstanceOf(ClusterException.Conflict.class);
    assertThatThrownBy(() -> cluster().rehearse(write))
        .as("no refusal: it is read again")
        .isInstanceOf(ClusterException.Conflict.class);
    assertThat(read().has("/data/size")).isFalse();
  }

  @Test
  void aPatchOfWhatIsGoneIsNotFound() {
    var seen = read();
    world().delete(map);
    var write = seen.edit().set("/data/size", "large").write();
    assertThatThrownBy(() -> cluster().write(write)).isInstanceOf(ClusterException.NotFound.class);
  }

  @Test
  void aPatchOfASuccessorIsAConflict() {
    var seen = read();
    world().delete(map);
    world().create(map("settings", "{app: shop}"));
    var write = seen.edit().set("/data/size", "large").write();
    assertThatThrownBy(() -> cluster().write(write)).isInstanceOf(ClusterException.Conflict.class);
    assertThat(read().has("/data/size")).isFalse();
  }

  @Test
  void whatCannotBeChangedIsInvalid() {
    var claim = cluster().write(new Write.Create(claim()));
    var write = claim.edit().set("/spec/storageClassName", "other").write();
    assertThatThrownBy(() -> cluster().write(write)).isInstanceOf(ClusterException.Invalid.class);
    assertThat(cluster().rehearse(write)).isPresent();
  }

  /** An order to another controller, where that has its orders in its status. */
  @Test
  void aStatusIsWrittenAloneAndLocked() {
    world()
        .create(
            Manifests.one(
                """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: told, namespace: %s}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}, storageClassName: none}
                """
                    .formatted(namespace)));
    var claim = cluster().get(Kinds.PVC.ref(namespace, "told")).orElseThrow();
    var write =
        claim.edit().set("/status/phase", "Lost").annotate("example.org/a", "b").writeStatus();
    var written = cluster().write(write);
    assertThat(written.text("/status/phase")).isEqualTo("Lost");
    assertThat(written.annotation("example.org/a")).isEmpty();
    assertThatThrownBy(() -> cluster().write(write)).isInstanceOf(ClusterException.Conflict.class);
  }

  /** The object itself may be written; its status only by those who own it. */
  @Test
  void aStatusIsNotWrittenByTheWay() {
    var claim = cluster().write(new Write.Create(claim()));
    var written =
        cluster()
            .write(
                claim.edit().set("/status/phase", "Lost").annotate("example.org/a", "b").write());
    assertThat(written.text("/status/phase")).isEqualTo("Pending");
    assertThat(written.annotation("example.org/a")).isEqualTo("b");
  }

  @Test
  void aRehearsalChangesNothing() {
    var seen = read();
    assertThat(cluster().rehearse(new Write.Create(map("made", "{}")))).isEmpty();
    assertThat(cluster().rehearse(seen.edit().set("/data/size", "large").write())).isEmpty();
    assertThat(cluster().get(Kinds.CONFIG_MAP.ref(namespace, "made"))).isEmpty();
    assertThat(read().resourceVersion()).isEqualTo(seen.resourceVersion());
  }

  @Test
  void aDeleteTakesWhatItNames() {
    var seen = condemned();
    cluster().delete(new Victim(map, seen.uid()), seen.resourceVersion());
    assertThat(cluster().get(map)).isEmpty();
    cluster().delete(new Victim(map, seen.uid()), seen.resourceVersion());
  }

  @Test
  void aDeleteOfASuccessorDoesNothing() {
    var seen = condemned();
    world().delete(map);
    world().create(map("settings", "{}"));
    cluster().delete(new Victim(map, seen.uid()), seen.resourceVersion());
    assertThat(read().uid()).isNotEqualTo(seen.uid());
  }

  @Test
  void aDeleteOfWhatHasChangedIsAConflict() {
    var seen = condemned();
    world().save(seen.edit().set("/data/colour", "blue"));
    assertThatThrownBy(() -> cluster().delete(new Victim(map, seen.uid()), seen.resourceVersion()))
        .isInstanceOf(ClusterException.Conflict.class);
    assertThat(read().terminating()).isFalse();
  }

  @Test
  void aDeletedObjectWaitsForItsFinalizers() {
    hold();
    var seen = condemned();
    cluster().delete(new Victim(map, seen.uid()), seen.resourceVersion());
    assertThat(read().terminating()).isTrue();
    assertThat(read().uid()).isEqualTo(seen.uid());
    free();
    assertThat(cluster().get(map)).isEmpty();
  }

  private Seen condemned() {
    return cluster().write(read().edit().annotate(Marks.CONDEMNED, "contract").write());
  }

  /** A finalizer keeps the object. */
  private void hold() {
    var held = world().get(map).orElseThrow();
    held.withObject("/metadata").putArray("finalizers").add("example.org/hold");
    world().update(held);
  }

  private void free() {
    var held = world().get(map).orElseThrow();
    held.withObject("/metadata").remove("finalizers");
    world().update(held);
  }

  private Seen read() {
    return cluster().get(map).orElseThrow();
  }

  private ObjectNode map(String name, String labels) {
    return Manifests.one(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s, namespace: %s, labels: %s}
        data: {colour: red}
        """
            .formatted(name, namespace, labels));
  }

  private ObjectNode claim() {
    return Manifests.one(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: %s}
        spec:
          storageClassName: none
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Mi}}
        """
            .formatted(namespace));
  }
}
