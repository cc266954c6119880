package dev.salvor.volumes;

import static dev.salvor.volumes.Shop.BACKUP;
import static dev.salvor.volumes.Shop.BEFORE;
import static dev.salvor.volumes.Shop.NS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Journal.State;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Runbook;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Recorded;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Puts claim {@code data} into each state of the table, and goes on from there. */
class PositionTest {
  private final Shop shop = new Shop();
  private final Ticks swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));

  @ParameterizedTest
  @EnumSource(Position.class)
  void everyStateIsRecognisedFromReadsAlone(Position position) {
    put(position);
    assertThat(position()).isEqualTo(position);
  }

  @ParameterizedTest
  @EnumSource(
      value = Position.class,
      names = {"A", "B", "C", "D", "E", "F", "X1", "X2"})
  void fromTheseStatesTheExchangeComesToItsEnd(Position position) {
    put(position);
    shop.binder.slow(Duration.ZERO);
    var rest = rest();
    rest.run(10);
    shop.cluster.delete(Kinds.POD.ref(NS, "blocker"));
    assertThat(rest.run()).as(rest.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.data("data")).isEqualTo(BACKUP + " in data");
    assertThat(shop.data("files")).isEqualTo(BACKUP + " in files");
  }

  @ParameterizedTest
  @EnumSource(
      value = Position.class,
      names = {"X3", "Y"})
  void fromTheseItStopsAndDeletesNothingMore(Position position) {
    put(position);
    var foreign = shop.cluster.get(Kinds.PVC.ref(NS, "data")).map(claim -> claim.uid());
    var rest = rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains(position == Position.X3 ? "ClaimTaken" : "SwapDisturbed");
    assertThat(shop.data("files")).isEqualTo(BEFORE + " in files");
    assertThat(shop.cluster.get(Kinds.PVC.ref(NS, "data")).map(claim -> claim.uid()))
        .isEqualTo(foreign);
  }

  @Test
  void aForeignClaimThatTheBinderDoesNotBindIsGivenUpAfterTenSeconds() {
    put(Position.X2);
    var rest = rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("ClaimTaken").contains("made by statefulset-controller");
    assertThat(rest.journal().of("SwapVolumes").map(entry -> running(entry.started())))
        .hasValueSatisfying(
            time -> assertThat(time).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(15)));
  }

  @Test
  void aForeignClaimOnTheProvenVolumeIsAcceptedAndItsMakerNamed() {
    put(Position.X1);
    var rest = rest();
    assertThat(rest.run()).isEqualTo(Standing.COMPLETE);
    assertThat(rest.journal().of("SwapVolumes").orElseThrow().message())
        .contains("data by statefulset-controller");
  }

  @Test
  void aForeignClaimThatDoesNotFitItsVolumeIsNot() {
    toD();
    foreign(claim -> ((ObjectNode) claim.at("/spec/resources/requests")).put("storage", "5Gi"));
    // the binder compares the size for a claim without volumeName, but not with it
    var claim = shop.cluster.world().get(Kinds.PVC.ref(NS, "data")).orElseThrow();
    claim.withObject("/spec").put("volumeName", volume().provenCopy().name());
    shop.cluster.update(claim);
    shop.cluster.settle(Duration.ofSeconds(5));
    var rest = rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("ClaimTaken").contains("asks for 5Gi");
  }

  @Test
  void theDeletionThatWaitsNamesThePodThatHoldsTheClaim() {
    put(Position.C);
    var rest = rest();
    rest.run(10);
    assertThat(rest.journal().of("SwapVolumes").orElseThrow().message()).contains("pod blocker");
  }

  @Test
  void aPodThatAppearsBeforeTheFirstDeletionStopsIt() {
    put(Position.B);
    pod();
    var rest = rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("ConsumerAppeared").contains("blocker");
    assertThat(deleted()).isZero();
    assertThat(shop.data("data")).isEqualTo(BEFORE + " in data");
  }

  @Test
  void withTheHoldLostNothingIsDeleted() {
    put(Position.B);
    loseHold();
    var rest = rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("SuspensionLost");
    assertThat(deleted()).isZero();
  }

  @Test
  void withTheHoldLostHalfWayTheMissingClaimIsCreatedBeforeItStops() {
    put(Position.D);
    loseHold();
    var rest = rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("SuspensionLost");
    assertThat(deleted()).isZero();
    assertThat(shop.data("data")).isEqualTo(BACKUP + " in data");
    assertThat(shop.data("files")).isEqualTo(BEFORE + " in files");
    shop.hold = Optional.empty();
    rest.retry();
    assertThat(rest.run()).isEqualTo(Standing.COMPLETE);
  }

  @Test
  void aQuotaThatIsLateOnlyDelays() {
    put(Position.D);
    shop.cluster.exceedQuota(NS, 5);
    assertThat(rest().run()).isEqualTo(Standing.COMPLETE);
  }

  @Test
  void aQuotaThatStaysIsNamed() {
    put(Position.D);
    shop.cluster.exceedQuota(NS, Integer.MAX_VALUE);
    var rest = rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("DeadlineExceeded").contains("exceeded quota");
  }

  @Test
  void aPolicyThatRefusesTheClaimStopsAtOnceAndARetryGoesOn() {
    put(Position.D);
    shop.cluster.fault(shop.cluster.count() + 1, dev.salvor.testkit.Fault.INVALID);
    // the write that is refused is the deletion of the other claim, so let that pass first
    var rest = rest();
    var standing = rest.run();
    rest.retry();
    assertThat(standing == Standing.COMPLETE ? standing : rest.run()).isEqualTo(Standing.COMPLETE);
  }

  @Test
  void aClaimIsNotDeletedWhenItsVolumeLostItsRetain() {
    put(Position.B);
    var old = shop.volumeOf(NS, "data");
    shop.cluster.world().save(old.edit().set(PvView.POLICY, "Delete"));
    var rest = rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("OldVolumeNotSafe");
    assertThat(deleted()).isZero();
  }

  // ---- the states

  private void put(Position position) {
    switch (position) {
      case A -> until("RetainVolumes");
      case B -> until("PointVolumes");
      case C -> {
        until("PointVolumes");
        pod();
        shop.cluster.delete(Kinds.PVC.ref(NS, "data"));
      }
      case D -> toD();
      case E -> {
        toD();
        shop.binder.slow(Duration.ofHours(1));
        var manifest = volume().manifest();
        assertThat(manifest).isNotNull();
        var copy = volume().provenCopy().name();
        shop.cluster.write(
            new dev.salvor.kube.Write.Create(
                ClaimManifest.bound(shop.cluster, manifest, copy, shop.run)));
      }
      case F -> until("SwapVolumes");
      case X1 -> {
        toD();
        foreign(_ -> {});
        shop.cluster.settle(Duration.ofSeconds(5));
      }
      case X2 -> {
        toD();
        shop.binder.slow(Duration.ofHours(1));
        foreign(_ -> {});
      }
      case X3 -> {
        toD();
        shop.cluster.put(
            """
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: third}
            spec:
              storageClassName: fast
              accessModes: [ReadWriteOnce]
              capacity: {storage: 1Gi}
              csi: {driver: disk.example, volumeHandle: third}
              claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: elsewhere, name: x, uid: y}
            """);
        foreign(claim -> claim.withObject("/spec").put("volumeName", "third"));
        var third = shop.pv("third");
        shop.cluster
            .world()
            .save(
                third
                    .edit()
                    .set(
                        PvView.CLAIM_REF,
                        PvView.claimRef(NS, "data", shop.claimSeen(NS, "data").uid())));
        shop.cluster.settle(Duration.ofSeconds(5));
      }
      case Y -> {
        toD();
        var copy = shop.pv(volume().provenCopy().name());
        shop.cluster
            .world()
            .save(copy.edit().set(PvView.CLAIM_REF, PvView.claimRef("elsewhere", "data", "")));
      }
    }
  }

  private void until(String step) {
    while (!swap.journal().in(step, State.DONE)) swap.run(1);
  }

  private void toD() {
    until("PointVolumes");
    shop.cluster.delete(Kinds.PVC.ref(NS, "data"));
    shop.cluster.settle(Duration.ofSeconds(5));
  }

  private void foreign(java.util.function.Consumer<ObjectNode> change) {
    var claim =
        Manifests.one(
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data, namespace: shop}
            spec:
              storageClassName: fast
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}
            """);
    change.accept(claim);
    shop.cluster.as("statefulset-controller").create(claim);
  }

  private void pod() {
    shop.cluster.put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: blocker, namespace: shop}
        spec:
          nodeName: node-1
          containers: [{name: c, image: i}]
          volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]
        status: {phase: Succeeded}
        """);
  }

  private void loseHold() {
    shop.hold = Optional.of(new Outcome.Failed("SuspensionLost", "flux goes on", "hold it"));
  }

  private dev.salvor.api.VolumeFacts volume() {
    return swap.facts().volumes().getFirst();
  }

  private Position position() {
    return Placement.of(shop.cluster, NS, volume(), shop.run).position();
  }

  private Ticks rest() {
    return new Ticks(
        shop.cluster,
        new Runbook<>(
            List.of(new SwapVolumes(shop.cluster, shop.destroyer, shop.run, shop.guard())),
            "",
            "SwapVolumes",
            "SwapVolumes"),
        swap.facts());
  }

  private long deleted() {
    return shop.cluster.writes().stream()
        .filter(write -> write.verb() == Recorded.Verb.DELETE && NS.equals(write.ref().namespace()))
        .count();
  }

  private Duration running(java.time.Instant since) {
    return Duration.between(since, shop.cluster.now());
  }
}
