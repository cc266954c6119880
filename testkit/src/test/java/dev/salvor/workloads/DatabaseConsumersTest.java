package dev.salvor.workloads;

import static dev.salvor.workloads.Shop.RUN;
import static dev.salvor.workloads.Shop.book;
import static dev.salvor.workloads.Shop.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.ConsumerChoice;
import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Moment;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who uses a database, and how it is stopped and started (catalogue, PR; swap.md Q1-Q4). */
class DatabaseConsumersTest {
  private static final String LOGIN = "envFrom: [{secretRef: {name: orders-login}}]";

  private final Bank bank = new Bank();
  private final Shop shop = bank.shop;
  private final StopConsumers stop = new StopConsumers(shop.cluster, shop.destroyer, RUN);
  private final ScaleUpConsumers up = new ScaleUpConsumers(shop.cluster, RUN);

  private Facts find(@Nullable List<ConsumerChoice> named) {
    return shop.look(new FindDatabaseConsumers(shop.cluster, RUN, named), bank.facts());
  }

  private List<String> found() {
    return find(null).consumers().stream().map(consumer -> consumer.ref().text()).toList();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Secret in env|env: [{name: P, valueFrom: {secretKeyRef: {name: orders-login, key: password}}}]",
        "Secret by name|envFrom: [{secretRef: {name: db-app}}]",
        "Secret of a managed role|envFrom: [{secretRef: {name: reader-login}}]",
        "Service in a value|env: [{name: URL, value: 'postgres://db-rw:5432/orders'}]",
        "Service with namespace|env: [{name: HOST, value: db-ro.shop.svc.cluster.local}]",
        "Service in an argument|args: ['--host=db-r.shop']",
        "Service that somebody made|env: [{name: HOST, value: main}]",
        "Service in a ConfigMap|envFrom: [{configMapRef: {name: settings}}]",
        "Service in one key|env: [{name: H, valueFrom: {configMapKeyRef: {name: settings, key: host}}}]",
        "Service in a Secret of its own|env: [{name: U, valueFrom: {secretKeyRef: {name: own, key: url}}}]",
        "Pooler|env: [{name: HOST, value: pool-rw}]"
      })
  void aClientIsKnownBy(String how, String container) {
    shop.put(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop},"
            + " data: {host: db-rw, colour: blue}}");
    bank.secret("own", "url", "postgres://orders:x@db-rw.shop/orders", "other", "x");
    bank.pooler("pool-rw", "db");
    bank.workload("Deployment", "app", container);
    assertThat(found()).as(how).contains("Deployment shop/app");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Service of another namespace|env: [{name: HOST, value: db-rw.other.svc}]",
        "a longer name|env: [{name: HOST, value: mydb-rw}, {name: H, value: db-rw-old}]",
        "another key|env: [{name: H, valueFrom: {configMapKeyRef: {name: settings, key: colour}}}]",
        "a word of a text|env: [{name: BRANCH, value: the main branch}]",
        "another Cluster's Secret|envFrom: [{secretRef: {name: db2-app}}]",
        "another Cluster's Pooler|env: [{name: HOST, value: pool2}]"
      })
  void aClientIsNotKnownBy(String how, String container) {
    shop.put(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop},"
            + " data: {host: db-rw, colour: blue}}");
    bank.pooler("pool2", "db2");
    bank.workload("Deployment", "app", container);
    assertThat(find(null).consumers()).as(how).isEmpty();
  }

  @Test
  void aSecretInAVolumeCountsAlsoInAProjectedOne() {
    bank.template(
        "Deployment",
        "app",
        "{containers: [{name: m, image: m}], volumes: [{name: v, secret: {secretName: db-ca}}]}");
    bank.template(
        "StatefulSet",
        "set",
        "{containers: [{name: m, image: m}], volumes: [{name: v, projected: {sources:"
            + " [{serviceAccountToken: {path: t}}, {secret: {name: db-app}}]}}]}");
    assertThat(found()).containsExactly("Deployment shop/app", "StatefulSet shop/set");
  }

  @Test
  void theyAreOnRecordInTheOrderInWhichTheyAreHeldAndTheDatabaseItselfIsNot() {
    everything();
    var facts = find(null);
    assertThat(facts.findings()).isEmpty();
    assertThat(facts.consumers().stream().map(consumer -> consumer.ref().text()))
        .containsExactly(
            "ScaledObject shop/web",
            "CronJob shop/report",
            "Deployment shop/web",
            "StatefulSet shop/worker",
            "Pooler shop/pool-rw");
    assertThat(facts.consumers().stream().map(ConsumerFacts::claims)).allMatch(List::isEmpty);
  }

  @Test
  void whatCannotBeStoppedIsRefusedInWordsOfADatabase() {
    bank.workload("DaemonSet", "agent", LOGIN);
    bank.workload("Job", "import", LOGIN);
    shop.put(Yaml.pod("psql", "", "Running").replace("image: main", "image: main, " + LOGIN));
    shop.put(
        Yaml.pod("rollout-1", Yaml.ownedBy("argoproj.io/v1alpha1", "Rollout", "r", "u"), "Running")
            .replace("image: main", "image: main, " + LOGIN));
    var findings = find(null).findings();
    assertThat(findings.stream().map(Finding::reason))
        .containsExactlyInAnyOrder(
            "DaemonSetUsesDatabase", "JobRunning", "BarePod", "OperatorManaged");
    assertThat(findings)
        .allMatch(finding -> finding.severity() == Finding.Severity.Refusal)
        .allMatch(finding -> finding.message().contains("database"))
        .noneMatch(finding -> finding.message().contains("claim"))
        .noneMatch(finding -> finding.remedy().contains("persistentVolumeClaims"));
  }

  @Test
  void whoIsNamedIsStoppedAndNobodyElse() {
    everything();
    bank.workload("Deployment", "stranger", "");
    var facts =
        find(
            List.of(
                new ConsumerChoice(ConsumerChoice.Kind.Deployment, "stranger"),
                new ConsumerChoice(ConsumerChoice.Kind.CronJob, "report")));
    assertThat(facts.consumers().stream().map(consumer -> consumer.ref().text()))
        .containsExactly("CronJob shop/report", "Deployment shop/stranger");
    assertThat(facts.findings()).isEmpty();
  }

  @Test
  void whoIsNamedAndMissingIsRefusedAndNobodyIsSaidAloud() {
    var missing =
        find(List.of(new ConsumerChoice(ConsumerChoice.Kind.Deployment, "nobody"))).findings();
    assertThat(missing.stream().map(Finding::reason)).containsExactly("ConsumerMissing");
    assertThat(missing).allMatch(finding -> finding.severity() == Finding.Severity.Refusal);
    everything();
    var none = find(List.of());
    assertThat(none.consumers()).isEmpty();
    assertThat(none.findings())
        .extracting(Finding::reason, Finding::severity)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("ConsumersNotStopped", Finding.Severity.Warning));
  }

  @Test
  void everythingStandsStillWhileTheDatabasesOwnPodsRunAndComesBackAsItWas() {
    everything();
    var before = state();
    var facts = find(null);
    var journal = shop.drive(book(stop), shop.journal(facts));
    assertThat(journal.in("StopConsumers", Journal.State.DONE)).isTrue();
    assertThat(shop.pods().stream().map(pod -> pod.name())).containsExactly("db-1", "db-r1-1");
    assertThat(shop.get(Kinds.POOLER, "pool-rw").flag("/spec/pgbouncer/paused")).isTrue();
    assertThat(shop.get(Kinds.CRON_JOB, "report").flag("/spec/suspend")).isTrue();

    shop.drive(book(up), shop.journal(facts));
    shop.cluster.settle();
    assertThat(state()).isEqualTo(before);
    assertThat(shop.pods().stream().filter(pod -> pod.label("app").equals("web"))).hasSize(2);
  }

  @Test
  void aPoolerAnswersAgainBeforeItsClientsStart() {
    everything();
    var facts = find(null);
    shop.drive(book(stop), shop.journal(facts));
    var stopped = shop.cluster.count();
    shop.drive(book(up), shop.journal(facts));
    assertThat(shop.cluster.writes().get(stopped).ref().text()).isEqualTo("Pooler shop/pool-rw");
  }

  @Test
  void aJobOfACronJobComesToItsEndBeforeAnythingIsStopped() {
    bank.workload("CronJob", "report", LOGIN);
    bank.workload("Deployment", "web", LOGIN);
    var cron = shop.get(Kinds.CRON_JOB, "report");
    shop.put(
        Yaml.job(false)
            .replace(
                "namespace: shop",
                "namespace: shop" + Yaml.ownedBy("batch/v1", "CronJob", "report", cron.uid()))
            .replace("image: import", "image: import, " + LOGIN));
    shop.cluster.advance(Duration.ZERO);
    var facts = find(null);
    assertThat(facts.findings().stream().map(Finding::reason)).containsExactly("JobRunning");
    var started = shop.cluster.now();
    var last = "";
    for (var call = 0; call < 3; call++)
      last = outcome(stop.act(facts, new Moment(shop.cluster.now(), started)));
    assertThat(last).contains("before anything is stopped, waiting for the end of pod shop/import");
    assertThat(shop.get(Kinds.DEPLOYMENT, "web").number("/spec/replicas", 0)).isEqualTo(2);
    var journal = shop.drive(book(stop), shop.journal(facts));
    assertThat(journal.in("StopConsumers", Journal.State.DONE)).isTrue();
  }

  @Test
  void aConsumerThatWasMadeAnewIsNotHeldUnseen() {
    bank.workload("Deployment", "web", LOGIN);
    var facts = find(null);
    shop.cluster.delete(Kinds.DEPLOYMENT.ref("shop", "web"));
    shop.cluster.settle();
    bank.workload("Deployment", "web", LOGIN);
    assertThat(outcome(stop.act(facts, shop.moment())))
        .startsWith("NewConsumer")
        .contains("uses the database");
  }

  @Test
  void anAbortAtAnyTickLeavesEverythingAsItWas() {
    var ticks = 0;
    for (var at = 0; at < 80; at++) {
      var fresh = new DatabaseConsumersTest();
      fresh.everything();
      var before = fresh.state();
      var journal = fresh.shop.drive(book(fresh.stop), fresh.shop.journal(fresh.find(null)), at);
      if (journal.in("StopConsumers", Journal.State.DONE)) break;
      assertThat(fresh.state()).as("abort at tick %d", at).isEqualTo(before);
      ticks++;
    }
    assertThat(ticks).isGreaterThan(10);
  }

  @Test
  void everyWriteSurvivesEveryFault() {
    Faulty.holds(
        () -> {
              var fresh = new DatabaseConsumersTest();
              fresh.everything();
              return new Faulty(
                  fresh.shop, book(fresh.stop, fresh.up), fresh.shop.journal(fresh.find(null)));
            });
  }

  @Test
  void withoutAClusterThereIsNothingToSay() {
    bank.workload("Deployment", "web", LOGIN);
    var facts = bank.facts().withPostgres(dev.salvor.api.PostgresFacts.NONE);
    var look = new FindDatabaseConsumers(shop.cluster, RUN, null);
    assertThat(shop.look(look, facts).consumers()).isEmpty();
  }

  private void everything() {
    bank.workload("Deployment", "web", LOGIN);
    bank.workload("StatefulSet", "worker", "env: [{name: HOST, value: pool-rw}]");
    bank.workload("CronJob", "report", LOGIN);
    bank.pooler("pool-rw", "db");
    shop.put(Yaml.KEDA).cluster.settle();
  }

  private java.util.Map<String, com.fasterxml.jackson.databind.node.ObjectNode> state() {
    var state = shop.state();
    var pooler = shop.get(Kinds.POOLER, "pool-rw");
    state.put("spec of the Pooler", pooler.json().withObject("/spec"));
    state.put("marks of the Pooler", dev.salvor.kube.Json.tree(pooler.annotations()));
    return state;
  }
}
