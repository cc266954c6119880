package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.World;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The one class that destroys, call by call, against the fake and a real API server. */
abstract class DestroyerContract {
  private final String id = UUID.randomUUID().toString().substring(0, 8);
  private final String namespace = "destroyer-" + id;
  private final Ref map = Kinds.CONFIG_MAP.ref(namespace, "settings");
  private final Ref volume = Kinds.PV.ref("destroyer-" + id);
  private final List<String> told = new ArrayList<>();
  private @Nullable Destroyer destroyer;

  /** The port under test. */
  protected abstract ClusterWriter cluster();

  /** The same cluster for somebody else. */
  protected abstract World world();

  @BeforeEach
  void makeVictims() {
    var run = new Run(Kinds.NAMESPACE_RESTORE.ref(namespace, "back"), id);
    destroyer =
        new Destroyer(
            cluster(), (_, _, _, reason, _, _, about) -> told.add(reason + " " + name(about)), run);
    world()
        .create(
            Manifests.one(
                "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace)));
    makeMap();
    world()
        .create(
            Manifests.one(
                """
                apiVersion: v1
                kind: PersistentVolume
                metadata:
                  name: %s
                  labels: {%s: "%s", %s: old}
                  annotations: {%s: Delete}
                spec:
                  storageClassName: destroyer
                  persistentVolumeReclaimPolicy: Retain
                  capacity: {storage: 1Mi}
                  accessModes: [ReadWriteOnce]
                  hostPath: {path: /nowhere}
                """
                    .formatted(volume.name(), Marks.RUN, id, Marks.ROLE, Marks.POLICY_BEFORE)));
  }

  @AfterEach
  void removeVictims() {
    world().delete(volume);
    world().delete(Kinds.NAMESPACE.ref(namespace));
  }

  @Test
  void firstTheMarkThenTheDelete() {
    var victim = victim(map);
    assertThat(destroy(victim)).isEqualTo(Destroyer.State.MARKED);
    assertThat(read(map).annotation(Marks.CONDEMNED)).endsWith("/" + id);
    assertThat(told).isEmpty();
    assertThat(destroy(victim)).isEqualTo(Destroyer.State.DELETED);
    assertThat(told).containsExactly("Deleting settings", "Deleted settings");
    assertThat(destroy(victim)).isEqualTo(Destroyer.State.GONE);
    assertThat(destroy(victim)).isEqualTo(Destroyer.State.GONE);
  }

  @Test
  void whatWaitsForAFinalizerIsNotDeletedAgain() {
    var held = world().get(map).orElseThrow();
    held.withObject("/metadata").putArray("finalizers").add("example.org/hold");
    world().update(held);
    var victim = victim(map);
    destroy(victim);
    destroy(victim);
    assertThat(destroy(victim)).isEqualTo(Destroyer.State.TERMINATING);
    assertThat(destroy(victim)).isEqualTo(Destroyer.State.TERMINATING);
    assertThat(told).hasSize(2);
    var free = world().get(map).orElseThrow();
    free.withObject("/metadata").remove("finalizers");
    world().update(free);
    assertThat(destroy(victim)).isEqualTo(Destroyer.State.GONE);
  }

  @Test
  void aSuccessorIsNoVictim() {
    var victim = victim(map);
    destroy(victim);
    world().delete(map);
    makeMap();
    assertThat(destroy(victim)).isEqualTo(Destroyer.State.GONE);
    assertThat(read(map).annotation(Marks.CONDEMNED)).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void theMarkOfAnotherRunIsNotOurs() {
    world().save(read(map).edit().annotate(Marks.CONDEMNED, "NamespaceRestore/x/y/z"));
    assertThat(destroy(victim(map))).isEqualTo(Destroyer.State.MARKED);
    assertThat(read(map).annotation(Marks.CONDEMNED)).endsWith("/" + id);
  }

  @Test
  void aPolicyThatEndsAVolumeIsADestruction() {
    var victim = victim(volume);
    assertThat(giveBack(victim, "Delete")).isEqualTo(Destroyer.State.MARKED);
    assertThat(read(volume).text("/spec/persistentVolumeReclaimPolicy")).isEqualTo("Retain");
    assertThat(told).isEmpty();
    assertThat(giveBack(victim, "Delete")).isEqualTo(Destroyer.State.MARKED);
    assertThat(read(volume).text("/spec/persistentVolumeReclaimPolicy")).isEqualTo("Delete");
    assertThat(read(volume).labels()).doesNotContainKeys(Marks.RUN, Marks.ROLE);
    assertThat(read(volume).annotations()).doesNotContainKey(Marks.POLICY_BEFORE);
    assertThat(told).containsExactly("Deleting " + volume.name(), "Deleted " + volume.name());
    assertThat(giveBack(victim, "Delete")).isEqualTo(Destroyer.State.GONE);
  }

  @Test
  void aPolicyThatKeepsAVolumeIsNone() {
    assertThat(giveBack(victim(volume), "Retain")).isEqualTo(Destroyer.State.MARKED);
    assertThat(read(volume).annotation(Marks.CONDEMNED)).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void anotherVolumeOfThatNameIsLeftAlone() {
    var other = new Victim(volume, "11111111-0000-0000-0000-000000000000");
    assertThat(giveBack(other, "Delete")).isEqualTo(Destroyer.State.GONE);
    assertThat(read(volume).annotation(Marks.CONDEMNED)).isEmpty();
  }

  @Test
  void aRaceIsLostNotWon() {
    var victim = victim(map);
    destroy(victim);
    var seen = read(map);
    world().save(seen.edit().set("/data/colour", "blue"));
    assertThatThrownBy(() -> cluster().delete(victim, seen.resourceVersion()))
        .isInstanceOf(ClusterException.Conflict.class);
    assertThat(destroy(victim)).isEqualTo(Destroyer.State.DELETED);
  }

  /** A controller may write to a volume at any time: that is a conflict, and the next call wins. */
  private Destroyer.State giveBack(Victim victim, String policy) {
    for (var left = 10; ; left--) {
      try {
        return current().giveBackPolicy(victim, policy);
      } catch (ClusterException.Conflict changed) {
        if (left == 0) throw changed;
      }
    }
  }

  private Destroyer.State destroy(Victim victim) {
    return current().destroy(victim);
  }

  private Destroyer current() {
    if (destroyer == null) throw new IllegalStateException("before the test");
    return destroyer;
  }

  private void makeMap() {
    world()
        .create(
            Manifests.one(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: %s}
                data: {colour: red}
                """
                    .formatted(namespace)));
  }

  private Victim victim(Ref ref) {
    return new Victim(ref, read(ref).uid());
  }

  private Seen read(Ref ref) {
    return cluster().get(ref).orElseThrow();
  }

  private static String name(@Nullable Ref ref) {
    return ref == null ? "" : ref.name();
  }
}
