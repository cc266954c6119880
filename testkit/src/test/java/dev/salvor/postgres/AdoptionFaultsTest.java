package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.engine.Engine.Standing;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.faults.Coverage;
import dev.salvor.testkit.faults.PlanCount;
import dev.salvor.testkit.models.CnpgMishap;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every write of an adoption with every fault: the end is that of the undisturbed run. */
class AdoptionFaultsTest {
  private static final LostShop CALM = calm();

  private static LostShop calm() {
    var shop = new LostShop();
    var journey = shop.journey();
    assertThat(journey.run()).as(journey.failure()).isEqualTo(Standing.COMPLETE);
    shop.cluster.settle();
    return shop;
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "INVALID")
  void anyAdoptionEndsAsTheUndisturbedOne(Fault fault) {
    var wanted = picture(CALM);
    assertThat(CALM.cluster.count()).isGreaterThanOrEqualTo(16);
    for (var number = 1; number <= CALM.cluster.count(); number++) {
      var shop = new LostShop();
      PlanCount.add(1);
      shop.cluster.fault(number, fault);
      var journey = shop.journey();
      var write = CALM.cluster.writes().get(number - 1);
      assertThat(journey.run())
          .as("%s of %s: %s", fault, write, journey.failure())
          .isEqualTo(Standing.COMPLETE);
      shop.cluster.settle();
      assertThat(picture(shop)).as("%s of %s", fault, write).isEqualTo(wanted);
      Coverage.add(shop.cluster.writes());
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY"})
  void anOperatorThatDiesInItsAdoptionGetsAnotherCluster(Fault fault) {
    // freed, marked as condemned, deleted
    for (var write = 2; write <= 3; write++) {
      var shop = disturbed(CnpgMishap.DIES_IN_ADOPTION, write, fault, Standing.COMPLETE);
      assertThat(shop.rows()).isEqualTo(CALM.rows());
      Coverage.add(shop.cluster.writes());
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY"})
  void initdbOnTheRecoveredVolumesEndsEverything(Fault fault) {
    // freed, the volume marked, the Cluster marked as condemned, deleted
    for (var write = 2; write <= 4; write++) {
      var shop = disturbed(CnpgMishap.STALE_CLAIMS, write, fault, Standing.STOPPED);
      assertThat(shop.cluster.get(LostShop.DB)).isEmpty();
      assertThat(shop.cluster.list(Kinds.JOB, "shop")).isEmpty();
      Coverage.add(shop.cluster.writes());
    }
  }

  private static LostShop disturbed(CnpgMishap mishap, int write, Fault fault, Standing end) {
    var shop = new LostShop();
    var journey = shop.journey();
    journey.until("FreeCluster");
    shop.cnpg.with(mishap);
    PlanCount.add(1);
    shop.cluster.fault(shop.cluster.count() + write, fault);
    assertThat(journey.run()).as("%d %s", write, journey.failure()).isEqualTo(end);
    shop.cluster.settle();
    return shop;
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY"})
  void aSecretThatChangedIsKeptAnew(Fault fault) {
    var shop = new LostShop();
    var journey = shop.journey();
    while (SavedSecrets.kept(shop.cluster, LostShop.RUN, "shop").isEmpty()) journey.tick();
    var secret = shop.cluster.world().get(Kinds.SECRET.ref("shop", "db-app")).orElseThrow();
    secret.withObject("/data").put("password", "bmV3");
    shop.cluster.update(secret);
    PlanCount.add(1);
    shop.cluster.fault(shop.cluster.count() + 1, fault);
    assertThat(journey.run()).as(journey.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.secrets().get("db-app")).contains("bmV3");
    Coverage.add(shop.cluster.writes());
  }

  /** What counts in the end: the data, who owns it, the Cluster, the Secrets, no trace of us. */
  private static List<String> picture(LostShop shop) {
    var lines = new java.util.ArrayList<String>();
    lines.add("rows " + shop.rows());
    var db = CnpgCluster.read(shop.cluster, "shop", "db").orElseThrow();
    lines.add(db.phase() + " " + db.primary() + " " + db.timeline() + " " + db.seen().at("/spec"));
    lines.add("labels " + new TreeMap<>(db.seen().labels()));
    lines.add("annotations " + new TreeMap<>(db.seen().annotations()));
    for (var claim : shop.cluster.list(Kinds.PVC, "shop"))
      lines.add(
          claim.name()
              + " "
              + claim.text("/status/phase")
              + " "
              + db.owns(claim)
              + " "
              + new TreeMap<>(claim.labels()));
    for (var job : shop.cluster.list(Kinds.JOB, "shop")) lines.add(job.name());
    lines.add("secrets " + shop.secrets().equals(shop.secrets));
    for (var secret : shop.cluster.list(Kinds.SECRET, "shop")) lines.add(secret.name());
    return lines.stream().sorted().toList();
  }
}
