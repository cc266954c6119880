package dev.salvor.workloads;

import static dev.salvor.workloads.Shop.RUN;
import static dev.salvor.workloads.Shop.book;
import static dev.salvor.workloads.Shop.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.SqlCheck;
import dev.salvor.engine.Journal;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries that judge the recovered copy before it takes the database's place. */
class SqlChecksTest {
  private final Bank bank = new Bank();
  private final Shop shop = bank.shop;

  private static SqlCheck check(String name, String query, @Nullable String expect) {
    return new SqlCheck(name, query, expect, null, null);
  }

  private RunSqlChecks run(List<SqlCheck> checks) {
    return new RunSqlChecks(shop.cluster, shop.destroyer, RUN, checks);
  }

  private JudgeSqlChecks judge(List<SqlCheck> checks) {
    return new JudgeSqlChecks(shop.cluster, RUN, checks);
  }

  private ClearSqlChecks clear(List<SqlCheck> checks) {
    return new ClearSqlChecks(shop.cluster, shop.destroyer, RUN, checks);
  }

  private Journal<Facts> drive(List<SqlCheck> checks) {
    return shop.drive(book(run(checks), judge(checks), clear(checks)), shop.journal(bank.facts()));
  }

  private CopyServer server() {
    if (CopyServer.of(shop.cluster, bank.facts()) instanceof CopyServer.Found.There(var server))
      return server;
    throw new AssertionError("no copy");
  }

  @Test
  void theyRunOneAfterTheOtherAreJudgedAndCleared() {
    shop.kubelet.exit(Bank.IMAGE, 0, "t\n");
    var checks =
        List.of(check("rows", "select count(*) > 0 from t", null), check("new", "select 1", "t"));
    var journal = drive(checks);
    assertThat(journal.entries()).allMatch(entry -> entry.state() == Journal.State.DONE);
    assertThat(journal.facts().checks())
        .extracting(check -> check.name() + " " + check.backup() + " " + check.passed())
        .containsExactly("rows 20260101T000000 true", "new 20260101T000000 true");
    assertThat(shop.cluster.list(Kinds.JOB, "shop")).isEmpty();
    assertThat(shop.pods().stream().map(pod -> pod.name())).containsExactly("db-1", "db-r1-1");
    assertThat(shop.kubelet.startsIn("shop"))
        .filteredOn(start -> start.container().equals(SqlCheckJob.CONTAINER))
        .hasSize(2);
  }

  @Test
  void theJobHasWhatItNeedsAndNothingElse() {
    var job = new SqlCheckJob(RUN, check("rows", "select 1", null), "shop", 1).create(server());
    var spec = job.manifest().at("/spec/template/spec");
    var container = spec.at("/containers/0");
    assertThat(container.path("image").asText()).isEqualTo(Bank.IMAGE);
    assertThat(container.path("command").toString())
        .isEqualTo("[\"psql\",\"-XAtq\",\"-v\",\"ON_ERROR_STOP=1\",\"-c\",\" select 1\"]");
    assertThat(container.path("env").toString())
        .contains("{\"name\":\"PGHOST\",\"value\":\"db-r1-rw\"}")
        .contains("{\"name\":\"PGDATABASE\",\"value\":\"orders\"}")
        .contains("\"-c default_transaction_read_only=on\"")
        .contains("\"secretKeyRef\":{\"name\":\"orders-login\",\"key\":\"password\"}")
        .doesNotContain("hunter2");
    assertThat(spec.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(spec.at("/imagePullSecrets/0/name").asText()).isEqualTo("registry");
    assertThat(spec.at("/tolerations/0/key").asText()).isEqualTo("database");
    assertThat(spec.at("/securityContext/runAsUser").asInt()).isEqualTo(26);
    assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.at("/securityContext/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(job.manifest().at("/spec/backoffLimit").asInt(9)).isZero();
    assertThat(spec.path("activeDeadlineSeconds").asInt()).isEqualTo(300);
    assertThat(job.manifest().at("/spec/activeDeadlineSeconds").asInt()).isEqualTo(330);
  }

  /** Or the message of the check would tell the password to whoever may write a recovery. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select '$(PGPASSWORD)'|' select ''$$(PGPASSWORD)'''",
        "\\! printenv PGPASSWORD|' \\! printenv PGPASSWORD'",
        "do $$ begin end $$|' do $$$$ begin end $$$$'"
      })
  void noQueryCanAskForTheEnvironment(String query, String argument) {
    var job = new SqlCheckJob(RUN, check("x", query, null), "shop", 1).create(server());
    assertThat(job.manifest().at("/spec/template/spec/containers/0/command/5").asText())
        .isEqualTo(argument);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t|t|true",
        "'  t  '|t|true",
        "f|t|false",
        "'f\nt'|t|false",
        "''|t|false",
        "''|''|true",
        "'1|a\n2|b'|'1|a\n2|b'|true",
        "'WARNING: collation version mismatch\nDETAIL: x\nt'|t|true"
      },
      quoteCharacter = '\'')
  void theWholeAnswerCounts(String log, String expected, boolean passes) {
    assertThat(SqlAnswer.of(log, expected).asExpected()).isEqualTo(passes);
  }

  @Test
  void aDifferenceNamesBothShortAndWithoutSecrets() {
    shop.kubelet.exit(Bank.IMAGE, 0, "password=hunter2 " + "x".repeat(5_000));
    var journal = drive(List.of(check("rows", "select 1", "42"), check("later", "select 1", "t")));
    var judged = journal.of("JudgeSqlChecks").orElseThrow();
    assertThat(judged.reason()).isEqualTo("CheckFailed");
    assertThat(judged.message())
        .contains("check rows", "expected \"42\"", "found \"password=***")
        .doesNotContain("hunter2")
        .hasSizeLessThan(600);
    assertThat(journal.facts().checks()).hasSize(1).noneMatch(check -> check.passed());
    assertThat(shop.cluster.list(Kinds.JOB, "shop")).isEmpty();
  }

  @Test
  void aQueryThatPostgresRefusesFailsWithItsWords() {
    shop.kubelet.exit(Bank.IMAGE, 1, "ERROR:  relation \"t\" does not exist");
    var judged = drive(List.of(check("rows", "select 1", null))).of("JudgeSqlChecks").orElseThrow();
    assertThat(judged.reason()).isEqualTo("CheckFailed");
    assertThat(judged.message()).contains("relation \"t\" does not exist", "exit code 1");
  }

  @Test
  void aCopyThatCannotBeReachedIsAnotherMatter() {
    shop.put(
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny-all,"
            + " namespace: shop}, spec: {podSelector: {}}}");
    shop.kubelet.exit(
        Bank.IMAGE,
        2,
        "psql: error: connection to server at \"db-r1-rw\" (10.0.0.1), port 5432 failed: timeout"
            + " expired");
    var judged = drive(List.of(check("rows", "select 1", null))).of("JudgeSqlChecks").orElseThrow();
    assertThat(judged.reason()).isEqualTo("CopyUnreachable");
    assertThat(judged.message()).contains("timeout expired", "deny-all");
  }

  @Test
  void aWrongPasswordIsNotTheNetwork() {
    assertThat(
            SqlAnswer.unreachable(
                "psql: error: connection to server at \"db-r1-rw\", port 5432 failed: FATAL: "
                    + " password authentication failed for user \"orders\""))
        .isFalse();
  }

  @Test
  void withoutItsSecretNothingIsStarted() {
    bank.secret("orders-login", "username", "orders");
    assertThat(
            outcome(run(List.of(check("rows", "select 1", null))).act(bank.facts(), shop.moment())))
        .startsWith("CheckSecretMissing")
        .contains("has no key password");
    shop.cluster.delete(Kinds.SECRET.ref("shop", "orders-login"));
    assertThat(
            outcome(run(List.of(check("rows", "select 1", null))).act(bank.facts(), shop.moment())))
        .startsWith("CheckSecretMissing")
        .contains("does not exist");
    assertThat(shop.cluster.writes()).isEmpty();
  }

  @Test
  void whatTheNamespaceDoesNotAdmitIsSaidAndNotTried() {
    shop.cluster.admission((before, after, _) ->
        before == null && after != null && after.path("kind").asText().equals("Pod")
            ? Optional.of(new ClusterException.Forbidden("violates a policy"))
            : Optional.empty());
    assertThat(
            outcome(run(List.of(check("rows", "select 1", null))).act(bank.facts(), shop.moment())))
        .startsWith("CheckRefused")
        .contains("violates a policy");
  }

  @Test
  void aJobThatIsGoneBeforeItWasJudgedIsNoSuccess() {
    var checks = List.of(check("rows", "select 1", null));
    var judged = shop.drive(book(judge(checks)), shop.journal(bank.facts())).of("JudgeSqlChecks");
    assertThat(judged.orElseThrow().reason()).isEqualTo("CheckLost");
  }

  @Test
  void onlyTheChecksOwnJobsAreCleared() {
    shop.put(
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: db-r1-1-full-recovery, namespace: shop, labels: {recovery.salvor.dev/run: %s}}
        spec: {suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}
        """
            .formatted(RUN.uid()));
    shop.kubelet.exit(Bank.IMAGE, 0, "t");
    drive(List.of(check("rows", "select 1", null)));
    assertThat(shop.cluster.list(Kinds.JOB, "shop").stream().map(job -> job.name()))
        .containsExactly("db-r1-1-full-recovery");
  }

  @Test
  void everyWriteSurvivesEveryFault() {
    Faulty.holds(
        () -> {
              var fresh = new SqlChecksTest();
              fresh.shop.kubelet.exit(Bank.IMAGE, 0, "t");
              var checks = List.of(check("rows", "select 1", null), check("new", "select 2", "t"));
              return new Faulty(
                  fresh.shop,
                  book(fresh.run(checks), fresh.judge(checks), fresh.clear(checks)),
                  fresh.shop.journal(fresh.bank.facts()));
            });
  }
}
