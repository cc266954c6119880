package dev.salvor.kube;

import static dev.salvor.kube.RealVolumes.phase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** reference/swap.md 4.2: what the swap expects of the real binder (kube-controller-manager). */
@OnControlPlane(controllers = true)
final class RealBinderTest {
  private final ControlPlane plane;
  private final Clients clients;
  private final Fabric8Cluster cluster;
  private RealVolumes volumes;

  RealBinderTest(ControlPlane plane) {
    this.plane = plane;
    this.clients = plane.clients();
    this.cluster = new Fabric8Cluster(clients);
    this.volumes = new RealVolumes(plane, "");
  }

  @BeforeEach
  void namespace() {
    volumes = new RealVolumes(plane, plane.newNamespace("binder"));
  }

  @AfterEach
  void close() {
    clients.close();
  }

  /** B1: nothing is compared, hence Salvor compares all of it before. */
  @Test
  void aClaimThatNamesAVolumeWhichPointsToItIsBoundWhateverTheyAre() {
    var volume =
        volumes.makeVolumeFor(
            "n",
            "c",
            "spec: {volumeMode: Filesystem, storageClassName: another, accessModes: [ReadOnlyMany]}");
    volumes.makeClaim(
        "c",
        "spec: {volumeMode: Block, volumeName: %s, resources: {requests: {storage: 5Gi}}}"
            .formatted(volume.name()));
    volumes.await(volumes.claim("c"), "Bound", seen -> phase(seen).equals("Bound"));
  }

  /** B4: with the controller's mark on it, a volume that loses a race is anybody's. */
  @Test
  void theControllersMarkCostsAVolumeItsClaimRef() {
    var bound = volumes.makeBound("c");
    var uid = bound.text("/spec/claimRef/uid");
    var race = "spec: {claimRef: {uid: %s}}".formatted(uid);
    var marked =
        volumes.makeVolumeFor(
            "marked",
            "c",
            Manifests.merged(
                    Manifests.one(race),
                    Manifests.one(
                        "metadata: {annotations: {pv.kubernetes.io/bound-by-controller: 'yes'}}"))
                .toString());
    var plain = volumes.makeVolumeFor("plain", "c", race);

    volumes.await(marked, "free", seen -> !seen.has("/spec/claimRef"));
    var kept = volumes.await(plain, "pointed", seen -> !seen.has("/spec/claimRef/uid"));
    assertThat(kept.text("/spec/claimRef/name")).isEqualTo("c");
  }

  /** B7: hence the shadow claim goes first. */
  @Test
  void aClaimWhoseVolumeIsPointedElsewhereIsLost() {
    var volume = volumes.makeBound("shadow");
    cluster.write(volume.edit().set("/spec/claimRef", claimRef("c")).write());
    volumes.await(volumes.claim("shadow"), "Lost", seen -> phase(seen).equals("Lost"));
  }

  /** B8: hence consumers are counted in all phases. */
  @Test
  void aFinishedPodKeepsADeletedClaim() {
    volumes.makeBound("c");
    var pod =
        plane
            .world()
            .create(
                volumes.podUsing(
                    "done", "c", "{spec: {nodeName: nowhere}, status: {phase: Succeeded}}"));
    assertThat(pod.at("/status/phase").asText()).isEqualTo("Succeeded");

    plane.world().delete(volumes.claim("c"));
    var waiting = volumes.await(volumes.claim("c"), "Terminating", Seen::terminating);
    assertThat(waiting.at("/metadata/finalizers").toString()).contains("pvc-protection");

    plane.world().deleteNow(Manifests.ref(pod));
    volumes.awaitGone(volumes.claim("c"));
  }

  /** Line 9 before line 10: whoever makes the claim again gets the volume that points to it. */
  @Test
  void aClaimMadeAgainWithoutAVolumeNameTakesTheOneThatPointsToIt() {
    volumes.makeBound("c");
    // a better match for the binder, were it to choose by size and class
    volumes.makeVolume("decoy", "{}");
    var next = volumes.makeVolumeFor("next", "c", "spec: {capacity: {storage: 8Mi}}");
    plane.world().delete(volumes.claim("c"));
    volumes.awaitGone(volumes.claim("c"));
    volumes.await(volumes.volume("c"), "Released", seen -> phase(seen).equals("Released"));

    volumes.makeClaim("c", "{}");
    var claim = volumes.await(volumes.claim("c"), "Bound", seen -> phase(seen).equals("Bound"));
    assertThat(claim.text("/spec/volumeName")).isEqualTo(next.name());
  }

  /** Lines 4 to 11 of swap.md 1.2, write by write, with the versions that were read. */
  @Test
  void theSwapLineByLine() {
    var old = volumes.makeBound("c");
    var copy = volumes.makeBound("shadow");
    plane.world().delete(volumes.claim("shadow"));
    var released = volumes.await(copy.ref(), "Released", seen -> phase(seen).equals("Released"));

    assertThatThrownBy(
            () -> cluster.write(copy.edit().set("/spec/claimRef", claimRef("c")).write()))
        .as("the version from before the controller wrote the phase")
        .isInstanceOf(ClusterException.Conflict.class);
    var pointed = cluster.write(released.edit().set("/spec/claimRef", claimRef("c")).write());
    assertThat(pointed.has("/spec/claimRef/uid")).isFalse();
    volumes.await(copy.ref(), "Available", seen -> phase(seen).equals("Available"));

    plane.world().delete(volumes.claim("c"));
    volumes.awaitGone(volumes.claim("c"));
    volumes.await(old.ref(), "Released", seen -> phase(seen).equals("Released"));

    volumes.makeClaim("c", "spec: {volumeName: %s}".formatted(copy.name()));
    var claim = volumes.await(volumes.claim("c"), "Bound", seen -> phase(seen).equals("Bound"));
    var taken = volumes.await(copy.ref(), "Bound", seen -> phase(seen).equals("Bound"));
    assertThat(taken.text("/spec/claimRef/uid")).isEqualTo(claim.uid());
    // pre-bound by us: the mark of B4 is not written
    assertThat(taken.annotation("pv.kubernetes.io/bound-by-controller")).isEmpty();
    assertThat(volumes.await(old.ref(), "kept", seen -> true).text("/spec/claimRef/uid"))
        .isEqualTo(old.text("/spec/claimRef/uid"));
  }

  private JsonNode claimRef(String claim) {
    return Manifests.one(
        "{apiVersion: v1, kind: PersistentVolumeClaim, namespace: %s, name: %s}"
            .formatted(volumes.namespace(), claim));
  }
}
