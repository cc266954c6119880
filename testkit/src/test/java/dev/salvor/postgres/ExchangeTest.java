package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Runbook;
import dev.salvor.kube.Kinds;
import dev.salvor.postgres.SwitchArchive.Direction;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.faults.PlanCount;
import dev.salvor.volumes.PointVolumes;
import dev.salvor.volumes.SwapVolumes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The exchange of a healthy Cluster under hibernation (experiment E-7), on the model. */
class ExchangeTest {
  /** Until the volumes are exchanged; the claims of the other instance are not of this room. */
  private static Runbook<Facts> exchange(LostShop shop) {
    var cluster = shop.cluster;
    return new Runbook<>(
        List.of(
            new PauseScheduledBackups(cluster, LostShop.RUN),
            new Hibernate(cluster, LostShop.RUN, SwapShop.HELD),
            new SwitchArchive(cluster, LostShop.RUN, Direction.FORWARD),
            new PointVolumes(cluster, LostShop.RUN),
            new SwapVolumes(cluster, shop.destroyer, LostShop.RUN, SwapShop.HELD)),
        "",
        "SwapVolumes",
        "SwapVolumes");
  }

  private static Runbook<Facts> after(LostShop shop) {
    return new Runbook<>(
        List.of(
            new Wake(shop.cluster, LostShop.RUN),
            new TakeBaseBackup(shop.cluster, LostShop.RUN),
            new VerifyCluster(shop.cluster, LostShop.RUN),
            new ResumeScheduledBackups(shop.cluster, LostShop.RUN)),
        "",
        "Wake",
        "");
  }

  private static void whole(LostShop shop) {
    var first = new Journey(shop.cluster, exchange(shop), shop.facts);
    assertThat(first.run()).as(first.failure()).isEqualTo(Standing.COMPLETE);
    for (var claim : List.of("db-2", "db-2-wal")) shop.cluster.delete(Kinds.PVC.ref("shop", claim));
    shop.cluster.settle();
    var second = new Journey(shop.cluster, after(shop), first.facts());
    assertThat(second.run()).as(second.failure()).isEqualTo(Standing.COMPLETE);
  }

  private static void proven(LostShop shop, String uid) {
    var db = CnpgCluster.read(shop.cluster, "shop", "db").orElseThrow();
    assertThat(shop.rows()).containsExactly("good", "also-good");
    assertThat(db.uid()).isEqualTo(uid);
    assertThat(db.healthy()).isTrue();
    assertThat(db.timeline()).isEqualTo(2);
    assertThat(Archiving.serverName(db.copyOfJson())).isEqualTo("db-v2");
    assertThat(db.seen().annotations())
        .doesNotContainKeys(Marks.HELD_BY, Marks.BEFORE, Cnpg.HIBERNATION, Waking.SINCE);
    assertThat(shop.secrets()).isEqualTo(shop.secrets);
  }

  @Test
  void theSameClusterWithTheRecoveredRows() {
    var shop = new LostShop();
    var uid = shop.cluster.get(LostShop.DB).orElseThrow().uid();
    whole(shop);
    proven(shop, uid);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"CRASH_AFTER", "CONFLICT", "LOST_REPLY"})
  void anyFaultEndsAsTheUndisturbedRun(Fault fault) {
    for (var number = 1; ; number++) {
      var shop = new LostShop();
      PlanCount.add(1);
      var uid = shop.cluster.get(LostShop.DB).orElseThrow().uid();
      shop.cluster.fault(number, fault);
      whole(shop);
      proven(shop, uid);
      if (shop.cluster.count() < number) {
        assertThat(number).isGreaterThan(10);
        return;
      }
    }
  }

  @Test
  void anUnhealthyOneIsTakenBackWithNothingTouched() {
    var shop = new LostShop();
    var before = shop.cluster.get(LostShop.DB).orElseThrow();
    shop.cnpg.with(dev.salvor.testkit.models.CnpgMishap.NEVER_HEALTHY);
    shop.cluster.settle();
    var journey = new Journey(shop.cluster, exchange(shop), shop.facts);
    assertThat(journey.run()).isEqualTo(Standing.TAKEN_BACK);
    assertThat(journey.failure()).contains("Hibernate HibernationRefused");
    var now = shop.cluster.get(LostShop.DB).orElseThrow();
    assertThat(now.at("/spec")).isEqualTo(before.at("/spec"));
    assertThat(now.annotations()).isEqualTo(before.annotations());
    assertThat(shop.rows()).containsExactly("good", "also-good", "damage");
  }
}
