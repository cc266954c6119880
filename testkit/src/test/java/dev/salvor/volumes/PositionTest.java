package dev.salvor.volumes;

import static dev.salvor.volumes.Shop.BACKUP;
import static dev.salvor.volumes.Shop.BEFORE;
import static dev.salvor.volumes.Shop.NS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Puts claim {@code data} into each state of the table, and goes on from there. */
class PositionTest {
  private final HalfWay half = new HalfWay();
  private final Shop shop = half.shop;

  @ParameterizedTest
  @EnumSource(Position.class)
  void everyStateIsRecognisedFromReadsAlone(Position position) {
    half.put(position);
    assertThat(half.position()).isEqualTo(position);
  }

  @ParameterizedTest
  @EnumSource(
      value = Position.class,
      names = {"A", "B", "C", "D", "E", "F", "X1", "X2"})
  void fromTheseStatesTheExchangeComesToItsEnd(Position position) {
    half.put(position);
    shop.binder.slow(Duration.ZERO);
    var rest = half.rest();
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
    half.put(position);
    var foreign = shop.cluster.get(Kinds.PVC.ref(NS, "data")).map(claim -> claim.uid());
    var rest = half.rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains(position == Position.X3 ? "ClaimTaken" : "SwapDisturbed");
    assertThat(shop.data("files")).isEqualTo(BEFORE + " in files");
    assertThat(shop.cluster.get(Kinds.PVC.ref(NS, "data")).map(claim -> claim.uid()))
        .isEqualTo(foreign);
  }

  @Test
  void aForeignClaimThatTheBinderDoesNotBindIsGivenUpAfterTenSeconds() {
    half.put(Position.X2);
    var rest = half.rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("ClaimTaken").contains("made by statefulset-controller");
    assertThat(rest.journal().of("SwapVolumes").map(entry -> half.running(entry.started())))
        .hasValueSatisfying(
            time -> assertThat(time).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(15)));
  }

  @Test
  void aForeignClaimOnTheProvenVolumeIsAcceptedAndItsMakerNamed() {
    half.put(Position.X1);
    var rest = half.rest();
    assertThat(rest.run()).isEqualTo(Standing.COMPLETE);
    assertThat(rest.journal().of("SwapVolumes").orElseThrow().message())
        .contains("data by statefulset-controller");
  }

  @Test
  void aForeignClaimThatDoesNotFitItsVolumeIsNot() {
    half.toD();
    half.foreign(
        claim -> ((ObjectNode) claim.at("/spec/resources/requests")).put("storage", "5Gi"));
    // the binder compares the size for a claim without volumeName, but not with it
    var claim = shop.cluster.world().get(Kinds.PVC.ref(NS, "data")).orElseThrow();
    claim.withObject("/spec").put("volumeName", half.volume().provenCopy().name());
    shop.cluster.update(claim);
    shop.cluster.settle(Duration.ofSeconds(5));
    var rest = half.rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("ClaimTaken").contains("asks for 5Gi");
  }

  @Test
  void theDeletionThatWaitsNamesThePodThatHoldsTheClaim() {
    half.put(Position.C);
    var rest = half.rest();
    rest.run(10);
    assertThat(rest.journal().of("SwapVolumes").orElseThrow().message()).contains("pod blocker");
  }

  @Test
  void aPodThatAppearsBeforeTheFirstDeletionStopsIt() {
    half.put(Position.B);
    half.pod();
    var rest = half.rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("ConsumerAppeared").contains("blocker");
    assertThat(half.deleted()).isZero();
    assertThat(shop.data("data")).isEqualTo(BEFORE + " in data");
  }

  @Test
  void withTheHoldLostNothingIsDeleted() {
    half.put(Position.B);
    half.loseHold();
    var rest = half.rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("SuspensionLost");
    assertThat(half.deleted()).isZero();
  }

  @Test
  void withTheHoldLostHalfWayTheMissingClaimIsCreatedBeforeItStops() {
    half.put(Position.D);
    half.loseHold();
    var rest = half.rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("SuspensionLost");
    assertThat(half.deleted()).isZero();
    assertThat(shop.data("data")).isEqualTo(BACKUP + " in data");
    assertThat(shop.data("files")).isEqualTo(BEFORE + " in files");
    shop.hold = Optional.empty();
    rest.retry();
    assertThat(rest.run()).isEqualTo(Standing.COMPLETE);
  }

  @Test
  void aQuotaThatIsLateOnlyDelays() {
    half.put(Position.D);
    shop.cluster.exceedQuota(NS, 5);
    assertThat(half.rest().run()).isEqualTo(Standing.COMPLETE);
  }

  @Test
  void aQuotaThatStaysIsNamed() {
    half.put(Position.D);
    shop.cluster.exceedQuota(NS, Integer.MAX_VALUE);
    var rest = half.rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("DeadlineExceeded").contains("exceeded quota");
  }

  @Test
  void aPolicyThatRefusesTheClaimStopsAtOnceAndARetryGoesOn() {
    half.put(Position.D);
    var refusing = new java.util.concurrent.atomic.AtomicBoolean(true);
    shop.cluster.admission((before, after, user) ->
        before == null
                && after != null
                && after.path("kind").asText().equals("PersistentVolumeClaim")
                && user.equals("salvor")
                && refusing.get()
            ? Optional.of(new ClusterException.Invalid("denied by policy names"))
            : Optional.empty());
    var rest = half.rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("ClaimRefused").contains("denied by policy names");
    refusing.set(false);
    rest.retry();
    assertThat(rest.run()).as(rest.failure()).isEqualTo(Standing.COMPLETE);
  }

  @Test
  void aClaimIsNotDeletedWhenItsVolumeLostItsRetain() {
    half.put(Position.B);
    var old = shop.volumeOf(NS, "data");
    shop.cluster.world().save(old.edit().set(PvView.POLICY, "Delete"));
    var rest = half.rest();
    assertThat(rest.run()).isEqualTo(Standing.STOPPED);
    assertThat(rest.failure()).contains("OldVolumeNotSafe");
    assertThat(half.deleted()).isZero();
  }
}
