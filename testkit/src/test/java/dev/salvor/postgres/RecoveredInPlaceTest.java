package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.faults.Coverage;
import dev.salvor.testkit.faults.PlanCount;
import dev.salvor.testkit.models.CnpgMishap;
import dev.salvor.testkit.models.CnpgModel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A Cluster recovered under its own name. */
class RecoveredInPlaceTest {
  private static final List<String> RECOVERED = List.of("good", "also-good");

  private final LostShop shop = new LostShop();
  private final Facts facts = prepared(shop);
  private final Journey journey = new Journey(shop.cluster, shop.inPlace(), facts);

  private static Facts prepared(LostShop shop) {
    shop.cnpg.switchWal(shop.cluster.world(), LostShop.DB);
    shop.cluster.settle();
    return shop.withoutCopy(shop.undamaged);
  }

  @Test
  void itComesBackUnderItsOwnNameAndGitDiffersInTheLineageAlone() {
    assertThat(journey.run()).as(journey.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.rows()).isEqualTo(RECOVERED);
    var db = db();
    assertThat(db.healthy()).isTrue();
    assertThat(db.uid()).isEqualTo(journey.facts().postgres().knownDatabase().uid());
    assertThat(db.systemId()).isEqualTo(facts.postgres().knownPoint().systemId());
    var git = facts.postgres().knownDatabase().knownManifest().deepCopy();
    Archiving.rename(git, "db-v3");
    assertThat(db.seen().at("/spec")).isEqualTo(git.at("/spec"));
    assertThat(db.seen().labels()).doesNotContainKey(Marks.RUN);
    assertThat(shop.secrets()).isEqualTo(shop.secrets);
    for (var volume : facts.volumes()) {
      var old = Kinds.PV.ref(Objects.requireNonNull(volume.old()).name());
      assertThat(shop.cluster.get(old).orElseThrow().text("/status/phase")).isEqualTo("Released");
    }
    assertThat(rowsOfOld()).contains("damage");
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY"})
  void anyFaultEndsAsTheUndisturbedRun(Fault fault) {
    for (var number = 1; ; number++) {
      var each = new LostShop();
      PlanCount.add(1);
      each.cluster.fault(number, fault);
      var run = new Journey(each.cluster, each.inPlace(), prepared(each));
      assertThat(run.run())
          .as("%s of write %d: %s", fault, number, run.failure())
          .isEqualTo(Standing.COMPLETE);
      assertThat(each.rows()).isEqualTo(RECOVERED);
      assertThat(each.secrets()).isEqualTo(each.secrets);
      Coverage.add(each.cluster.writes());
      if (each.cluster.count() < number) {
        assertThat(number).isGreaterThan(10);
        return;
      }
    }
  }

  @Test
  void volumesThatAreLostAlreadyAreNoReasonNotTo() {
    for (var volume : shop.cluster.list(Kinds.PV, "")) shop.cluster.world().deleteNow(volume.ref());
    assertThat(journey.run()).as(journey.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.rows()).isEqualTo(RECOVERED);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY"})
  void aLostJobIsMadeOnceMore(Fault fault) {
    // the Cluster is created, marked as condemned, deleted
    for (var write = 2; write <= 3; write++) {
      var each = new LostShop();
      var run = new Journey(each.cluster, each.inPlace(), prepared(each));
      run.until("CreateRecovered");
      each.cnpg.with(CnpgMishap.FIRST_JOB_LOST);
      PlanCount.add(1);
      each.cluster.fault(each.cluster.count() + write, fault);
      assertThat(run.run()).as(run.failure()).isEqualTo(Standing.COMPLETE);
      assertThat(each.cnpg.expects(CnpgMishap.FIRST_JOB_LOST)).isFalse();
      assertThat(each.rows()).isEqualTo(RECOVERED);
      Coverage.add(each.cluster.writes());
    }
  }

  @Test
  void aTargetOutOfReachIsNamedAndTheOldDataIsKept() {
    var late = shop.withoutCopy(shop.cluster.now().plus(Duration.ofHours(1)));
    var run = new Journey(shop.cluster, shop.inPlace(), late);
    assertThat(run.run()).isEqualTo(Standing.STOPPED);
    assertThat(run.failure()).contains("AwaitRecovered TargetNotReached");
    assertThat(rowsOfOld()).contains("damage");
  }

  @Test
  void aPersonWhoDeletesTheFailedOneGetsAnotherTry() {
    journey.until("CreateRecovered");
    shop.cnpg.with(CnpgMishap.RECOVERY_FAILS);
    assertThat(journey.run()).isEqualTo(Standing.STOPPED);
    shop.cnpg.without(CnpgMishap.RECOVERY_FAILS);
    shop.cluster.delete(LostShop.DB);
    shop.cluster.settle();
    journey.retry();
    assertThat(journey.run()).as(journey.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.rows()).isEqualTo(RECOVERED);
  }

  @Test
  void somebodyElsesClusterIsLeftAlone() {
    journey.until("CreateRecovered");
    var foreign =
        Manifests.one(LostShopManifests.cluster("db", 2, "initdb: {database: shop}", "db"));
    var uid = shop.cluster.as("flux").create(foreign).at("/metadata/uid").asText();
    assertThat(journey.run()).isEqualTo(Standing.STOPPED);
    assertThat(journey.failure()).contains("ClusterRecreated", "made by flux");
    assertThat(db().uid()).isEqualTo(uid);
  }

  private CnpgCluster db() {
    return CnpgCluster.read(shop.cluster, "shop", "db").orElseThrow();
  }

  private List<String> rowsOfOld() {
    var old = Objects.requireNonNull(facts.volumes().getFirst().old());
    return CnpgModel.rowsOfVolume(shop.cluster.world(), old.uid());
  }
}
