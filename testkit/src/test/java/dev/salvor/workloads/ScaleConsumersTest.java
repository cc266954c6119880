package dev.salvor.workloads;

import static dev.salvor.workloads.Shop.RUN;
import static dev.salvor.workloads.Shop.book;
import static dev.salvor.workloads.Shop.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Stopping and starting what uses the claims (swap.md 1.2 lines 8 and 12, Q1-Q5, invariant 4). */
class ScaleConsumersTest {
  private final Shop shop = new Shop();
  private final ScaleDownConsumers down = new ScaleDownConsumers(shop.cluster, shop.destroyer, RUN);
  private final ScaleUpConsumers up = new ScaleUpConsumers(shop.cluster, RUN);

  @Test
  void stopsAutoscalersAndCronJobsFirstAndOnlyThenTheApplication() {
    var facts = everything();
    var journal = shop.drive(book(down), shop.journal(facts));
    assertThat(journal.in("ScaleDownConsumers", Journal.State.DONE)).isTrue();
    assertThat(shop.pods()).extracting(pod -> pod.label("app")).containsExactly("other");
    assertThat(shop.cluster.writes())
        .extracting(write -> write.ref().text())
        .containsExactly(
            "ScaledObject shop/web",
            "CronJob shop/report",
            "Deployment shop/web",
            "StatefulSet shop/db",
            "StatefulSet shop/db");
    var web = shop.get(Kinds.DEPLOYMENT, "web");
    assertThat(web.annotation(Marks.HELD_BY)).isEqualTo(RUN.by());
    assertThat(web.annotation(Marks.BEFORE)).isEqualTo("{\"/spec/replicas\":2}");
    assertThat(shop.get(Kinds.SCALED_OBJECT, "web").annotation(Hold.PAUSED_REPLICAS))
        .isEqualTo("0");
  }

  @Test
  void givesEverythingBackExactlyAndAutoscalersLast() {
    var facts = everything();
    var before = shop.state();
    var journal = shop.drive(book(down, up), shop.journal(facts));
    assertThat(journal.in("ScaleUpConsumers", Journal.State.DONE)).isTrue();
    assertThat(shop.state()).isEqualTo(before);
    assertThat(shop.cluster.writes())
        .extracting(write -> write.ref().text())
        .endsWith(
            "Deployment shop/web",
            "StatefulSet shop/db",
            "ScaledObject shop/web",
            "CronJob shop/report");
  }

  @Test
  void anAbortAtAnyTickLeavesEverythingAsItWas() {
    var ticks = 0;
    for (var at = 0; at < 60; at++) {
      var fresh = new ScaleConsumersTest();
      var facts = fresh.everything();
      var before = fresh.shop.state();
      var journal = fresh.shop.drive(book(fresh.down), fresh.shop.journal(facts), at);
      if (journal.in("ScaleDownConsumers", Journal.State.DONE)) break;
      assertThat(fresh.shop.state()).as("abort at tick %d", at).isEqualTo(before);
      ticks++;
    }
    assertThat(ticks).isGreaterThan(10);
  }

  @Test
  void looksASecondTimeAndBeginsAgainWhenAPodComesBack() {
    shop.put(Yaml.WEB).cluster.settle();
    var facts = find("data");
    var started = shop.cluster.now();
    while (!outcome(call(facts, started)).startsWith("waiting: no pod names a claim"))
      shop.cluster.advance(Duration.ofSeconds(1));
    var marked = shop.get(Kinds.DEPLOYMENT, "web").annotation(Quiet.SINCE);
    assertThat(marked).isEqualTo(shop.cluster.now().toString());

    var set = shop.cluster.list(Kinds.REPLICA_SET, "shop").getFirst();
    shop.put(
        Yaml.pod("late", Yaml.ownedBy("apps/v1", "ReplicaSet", set.name(), set.uid()), "Running"));
    assertThat(outcome(call(facts, started))).contains("counting again");
    assertThat(shop.get(Kinds.DEPLOYMENT, "web").annotation(Quiet.SINCE)).isEmpty();
    assertThat(outcome(call(facts, started))).contains("pod shop/late (Running)");

    shop.cluster.world().deleteNow(Kinds.POD.ref("shop", "late"));
    assertThat(outcome(call(facts, started))).contains("a second time");
    assertThat(outcome(call(facts, started))).contains("a second time");
    shop.cluster.advance(Duration.ofSeconds(1));
    assertThat(outcome(call(facts, started))).startsWith("done");
  }

  @Test
  void aFirstReadOfAnEarlierAttemptDoesNotCount() {
    shop.put(Yaml.WEB.replace("replicas: 2", "replicas: 0")).cluster.settle();
    var facts = find("data");
    shop.settle(moment -> down.act(facts, moment));
    shop.cluster.advance(Duration.ofHours(1));
    assertThat(outcome(down.act(facts, shop.moment()))).contains("a second time");
  }

  @Test
  void aPodOfNobodyInThePlanStopsTheRecoveryBeforeTheExchange() {
    var facts = everything();
    var before = shop.state();
    shop.put(Yaml.pod("debug", "", "Running"));
    var journal = shop.drive(book(down), shop.journal(facts));
    assertThat(journal.of("ScaleDownConsumers").orElseThrow().reason()).isEqualTo("NewConsumer");
    assertThat(shop.state()).isEqualTo(before);
  }

  @Test
  void aConsumerThatWasMadeAgainIsNotTheOneOfThePlan() {
    var facts = everything();
    shop.cluster.delete(Kinds.DEPLOYMENT.ref("shop", "web"));
    shop.put(Yaml.WEB);
    var journal = shop.drive(book(down), shop.journal(facts));
    assertThat(journal.of("ScaleDownConsumers").orElseThrow().reason()).isEqualTo("NewConsumer");
    assertThat(shop.get(Kinds.DEPLOYMENT, "web").number("/spec/replicas", 0)).isEqualTo(2);
  }

  @Test
  void aConsumerThatIsGoneKeepsNobodyWaiting() {
    var facts = everything();
    shop.cluster.delete(Kinds.DEPLOYMENT.ref("shop", "web"));
    var journal = shop.drive(book(down, up), shop.journal(facts));
    assertThat(journal.of("ScaleUpConsumers").orElseThrow().message())
        .contains("Deployment shop/web is gone and was not made again");
  }

  @Test
  void theEndOfAJobIsWaitedForWhileTheApplicationStillRuns() {
    shop.put(Yaml.WEB).put(Yaml.REPORT);
    var cron = shop.get(Kinds.CRON_JOB, "report");
    shop.put(
        Yaml.pod("report-1", Yaml.ownedBy("batch/v1", "CronJob", "report", cron.uid()), "Running"));
    var facts = find("data");
    assertThat(outcome(shop.settle(moment -> down.act(facts, moment))))
        .contains("before anything is stopped")
        .contains("report-1");
    assertThat(shop.get(Kinds.DEPLOYMENT, "web").number("/spec/replicas", 0)).isEqualTo(2);
    assertThat(shop.get(Kinds.CRON_JOB, "report").flag("/spec/suspend")).isTrue();
  }

  @Test
  void aFinishedPodOfThePlanIsClearedAway() {
    shop.put(Yaml.WEB).put(Yaml.pod("old-report", "", "Succeeded")).cluster.settle();
    var journal = shop.drive(book(down), shop.journal(find("data")));
    assertThat(journal.in("ScaleDownConsumers", Journal.State.DONE)).isTrue();
    assertThat(shop.pods()).isEmpty();
  }

  @Test
  void aFinishedPodThatThePlanDidNotNameIsLeftToThePersonAndNothingIsStopped() {
    shop.put(Yaml.WEB).cluster.settle();
    var facts = find("data");
    shop.put(Yaml.pod("evicted", "", "Failed"));
    assertThat(outcome(shop.settle(moment -> down.act(facts, moment))))
        .contains("kubectl -n shop delete pod evicted");
    assertThat(shop.cluster.writes()).isEmpty();
  }

  @Test
  void thePodThatBlocksIsNamedWithItsNodeItsFinalizersAndItsGracePeriod() {
    shop.kubelet.neverStops(pod -> pod.label("app").equals("web"));
    var node =
        "{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {conditions: [{type: Ready, status: %s}]}}";
    shop.put(node.formatted("'True'"));
    shop.put(
        Yaml.WEB.replace(
            "labels: {app: web}}\n", "labels: {app: web}, finalizers: [shop/late]}\n"));
    shop.cluster.settle();
    shop.put(node.formatted("Unknown"));
    var facts = find("data");
    shop.settle(moment -> down.act(facts, moment));
    shop.cluster.advance(Duration.ofSeconds(2));
    assertThat(outcome(shop.settle(moment -> down.act(facts, moment))))
        .contains("waiting for the end of pod shop/web-")
        .contains("grace period of")
        .contains("its node n1 is not ready");
  }

  @Test
  void aControllerThatHasNotSeenTheZeroIsWaitedFor() {
    shop.put(Yaml.WEB).cluster.settle();
    var facts = find("data");
    down.act(facts, shop.moment());
    for (var pod : shop.pods()) shop.cluster.world().deleteNow(pod.ref());
    assertThat(outcome(down.act(facts, shop.moment())))
        .contains("the controller of Deployment shop/web has not taken note");
  }

  @Test
  void whatAnotherRecoveryHoldsIsNotTouched() {
    shop.put(Yaml.WEB);
    var facts = find("data");
    shop.cluster.write(
        shop.get(Kinds.DEPLOYMENT, "web").edit().annotate(Marks.HELD_BY, "somebody").write());
    assertThat(outcome(down.act(facts, shop.moment()))).startsWith("HeldByAnother");
    assertThat(outcome(down.undo(facts, shop.moment()))).contains("is held by somebody");
    assertThat(shop.get(Kinds.DEPLOYMENT, "web").annotation(Marks.HELD_BY)).isEqualTo("somebody");
  }

  @Test
  void everyWriteSurvivesEveryFault() {
    Faulty.holds(() -> {
      var fresh = new ScaleConsumersTest();
      fresh.shop.put(Yaml.pod("old-report", "", "Succeeded"));
      var facts = fresh.everything();
      return new Faulty(fresh.shop, book(fresh.down, fresh.up), fresh.shop.journal(facts));
    });
  }

  private Facts everything() {
    shop.put(Yaml.ALL).cluster.settle();
    return find("data", "data-db-0", "data-db-1");
  }

  private Facts find(String... claims) {
    return shop.look(new FindConsumers(shop.cluster, RUN, Scope.Volumes), shop.facts(claims));
  }

  private Outcome call(Facts facts, Instant started) {
    return down.act(facts, new Moment(shop.cluster.now(), started));
  }
}
