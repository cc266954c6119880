package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WakeTest {
  private final SwapShop shop = SwapShop.withPlugin();

  private static Wake wake(SwapShop shop) {
    return new Wake(shop.cluster, SwapShop.RUN);
  }

  @Test
  void doneWhenThePlannedPrimaryTakesWrites() {
    var facts = shop.exchanged();
    assertThat(shop.drive(wake(shop), facts)).isInstanceOf(Outcome.Done.class);
    var pod = shop.cluster.get(Kinds.POD.ref("shop", "db-2")).orElseThrow();
    assertThat(InstancePods.ready(pod)).isTrue();
    assertThat(shop.db().hibernationAsked()).isFalse();
    assertThat(shop.marks(Kinds.CLUSTER)).isEmpty();
  }

  @Test
  void anyFaultEndsAsTheUndisturbedRun() {
    SwapFaults.hold(
        SwapShop::withPlugin,
        each -> {
          var facts = each.exchanged();
          assertThat(each.drive(wake(each), facts)).isInstanceOf(Outcome.Done.class);
          each.cluster.settle();
          assertThat(Archiving.serverName(each.db().copyOfJson())).isEqualTo("db-v2");
          return each.picture(Kinds.CLUSTER, Kinds.POD);
        },
        3);
  }

  @Test
  void whatDidNotServeBeforeTheRecoveryNeedNotServeWhenItIsTakenBack() {
    var known = shop.exchanged();
    var database = known.postgres().knownDatabase();
    var facts = known.withPostgres(known.postgres().withDatabase(unhealthy(database)));
    shop.operator.trouble = "{all: []}";
    assertThat(shop.drive(wake(shop), facts)).isInstanceOf(Outcome.Done.class);
    assertThat(shop.db().hibernationAsked()).isFalse();
    assertThat(shop.marks(Kinds.CLUSTER)).isEmpty();
  }

  private static DatabaseFacts unhealthy(DatabaseFacts database) {
    return new DatabaseFacts(
        database.name(),
        database.uid(),
        database.manifest(),
        false,
        false,
        database.instances(),
        database.primary(),
        database.serial(),
        database.claims(),
        database.others(),
        database.systemId(),
        database.timeline(),
        database.major(),
        database.archive());
  }

  @Test
  void aStaleStatusIsNoPrimary() {
    var facts = shop.exchanged();
    shop.operator.asleep = true;
    assertThat(shop.db().primary()).isEqualTo("db-2");
    wake(shop).act(facts, shop.moment(Duration.ZERO));
    var waiting = (Outcome.Waiting) wake(shop).act(facts, shop.moment(Duration.ZERO));
    assertThat(waiting.message()).contains("pod db-2 is not there yet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{all: [{name: postgres, state: {waiting: {reason: ImagePullBackOff, message: no such image}}}]}|container postgres is in ImagePullBackOff: no such image",
        "{all: [{name: postgres, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]}|CrashLoopBackOff, last exit code 1: Error; PostgreSQL said: FATAL: could not locate required checkpoint record (see 1/2)",
        "{all: []}|pod db-2 is starting; PostgreSQL said: FATAL"
      })
  void aPodThatDoesNotStartSaysWhy(String trouble, String said) {
    var facts = shop.exchanged();
    shop.operator.trouble = trouble;
    shop.cluster.setLog(
        Kinds.POD.ref("shop", "db-2"),
        "postgres",
        """
        {"level":"info","logger":"postgres","msg":"record","record":{"error_severity":"FATAL","message":"an earlier one"}}
        {"level":"info","logger":"postgres","msg":"record","record":{"error_severity":"FATAL","message":"could not locate required checkpoint record","detail":"see 1/2"}}
        {"level":"info","logger":"postgres","msg":"record","record":{"error_severity":"FATAL","sql_state_code":"57P03","message":"the database system is starting up"}}
        {"level":"info","msg":"still here
        """);
    for (var i = 0; i < 10; i++) {
      wake(shop).act(facts, shop.moment(Duration.ZERO));
      shop.cluster.advance(Duration.ofSeconds(1));
    }
    var waiting = (Outcome.Waiting) wake(shop).act(facts, shop.moment(Duration.ZERO));
    assertThat(waiting.message()).contains(said);
  }

  @Test
  void aJobThatMakesADataDirectoryStopsItLoudly() {
    var facts = shop.exchanged();
    job("initdb", "1");
    var writes = shop.cluster.count();
    var failed = (Failed) wake(shop).act(facts, shop.moment(Duration.ZERO));
    assertThat(failed.reason()).isEqualTo("InitdbAppeared");
    assertThat(failed.message()).contains("Nothing was deleted");
    assertThat(failed.remedy()).contains("kubectl -n shop delete job made-1");
    assertThat(shop.cluster.count()).isEqualTo(writes);
  }

  @Test
  void theJobOfItsOwnBirthDoesNot() {
    job("initdb", "1");
    shop.cluster.advance(Duration.ofMinutes(1));
    var facts = shop.exchanged();
    job("join", "2");
    assertThat(shop.drive(wake(shop), facts)).isInstanceOf(Outcome.Done.class);
  }

  private void job(String role, String name) {
    shop.cluster.put(
        """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: made-%s
          namespace: shop
          labels: {cnpg.io/cluster: db, cnpg.io/jobRole: %s}
          ownerReferences: [{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, name: db, uid: "%s"}]
        spec: {template: {spec: {containers: [{name: j, image: pg}]}}}
        """
            .formatted(name, role, shop.db().uid()));
  }

  @Test
  void anotherClusterOfTheNameIsNotWoken() {
    var facts = shop.exchanged();
    shop.cluster.delete(CnpgCluster.ref("shop", "db"));
    shop.cluster.create(SwapShopManifests.cluster(true, null));
    assertThat(((Failed) shop.drive(wake(shop), facts)).reason()).isEqualTo("ClusterChanged");
  }

  @Test
  void aRecordThatWasLostIsNoReasonToSleepOn() {
    var facts = shop.exchanged();
    var db = shop.cluster.world().get(CnpgCluster.ref("shop", "db")).orElseThrow();
    db.withObject("/metadata/annotations").remove(dev.salvor.api.Marks.HELD_BY);
    db.withObject("/metadata/annotations").remove(dev.salvor.api.Marks.BEFORE);
    shop.cluster.update(db);
    assertThat(shop.drive(wake(shop), facts)).isInstanceOf(Outcome.Done.class);
  }
}
