package dev.salvor.workloads;

import static dev.salvor.workloads.Shop.RUN;
import static dev.salvor.workloads.Shop.SHADOW;
import static dev.salvor.workloads.Shop.book;
import static dev.salvor.workloads.Shop.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.BackupFacts;
import dev.salvor.api.Check;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Sight;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Manifests;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Jobs that judge the copy before anything is exchanged (DESIGN D8, swap.md H11, H12, T3). */
class ChecksTest {
  private final Shop shop = new Shop();

  ChecksTest() {
    shop.put("{apiVersion: v1, kind: Namespace, metadata: {name: " + SHADOW + "}}");
    shop.kubelet
        .exit("good", 0, "all 300 rows are there")
        .exit("bad", 3, "connecting with password=hunter2\nrow 17 is missing");
  }

  @Test
  void runsOneAfterTheOtherJudgesAndClearsButKeepsTheLogs() {
    var checks = List.of(check("rows", "good"), check("schema", "good"));
    var journal = shop.drive(book(run(checks), judge(checks, 0), clear(checks)), journal());
    assertThat(journal.entries()).allMatch(entry -> entry.state() == Journal.State.DONE);
    assertThat(journal.facts().checks())
        .extracting(check -> check.name() + " " + check.backup() + " " + check.passed())
        .containsExactly("rows daily-2 true", "schema daily-2 true");
    assertThat(shop.cluster.list(Kinds.JOB, SHADOW)).isEmpty();
    assertThat(shop.cluster.list(Kinds.POD, SHADOW)).isEmpty();
    var log = shop.get(Kinds.CONFIG_MAP, "back-check-rows");
    assertThat(log.text("/data/attempt-1.log")).isEqualTo("all 300 rows are there");
    assertThat(log.text("/data/attempt-1.result")).isEqualTo("passed with backup daily-2");
    var starts = shop.kubelet.startsIn(SHADOW);
    assertThat(starts).hasSize(2);
    assertThat(starts.get(1).at()).isAfter(starts.get(0).at());
  }

  @Test
  void theJobMountsClaimsReadOnlyAndRunsAsNobody() {
    var job = new CheckJob(RUN, check("rows", "good"), SHADOW, 1).create().manifest();
    var spec = job.at("/spec/template/spec");
    assertThat(spec.at("/volumes/0/persistentVolumeClaim/readOnly").asBoolean()).isTrue();
    assertThat(spec.at("/containers/0/volumeMounts/0/readOnly").asBoolean()).isTrue();
    assertThat(spec.at("/containers/0/volumeMounts/1").has("readOnly")).isFalse();
    assertThat(spec.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(spec.at("/serviceAccountName").asText()).isEqualTo("default");
    assertThat(spec.at("/restartPolicy").asText()).isEqualTo("Never");
    assertThat(spec.at("/activeDeadlineSeconds").asInt()).isEqualTo(90);
    assertThat(job.at("/spec/activeDeadlineSeconds").asInt()).isEqualTo(120);
    assertThat(job.at("/spec/backoffLimit").asInt(9)).isZero();
    assertThat(job.at("/metadata/labels").path(Marks.RUN).asText()).isEqualTo(RUN.uid());
    assertThat(spec.path("volumes").toString()).doesNotContain("hostPath");
  }

  @Test
  void aCheckThatWritesSaysSo() {
    var template = check("rows", "good").jobTemplate();
    var job = new CheckJob(RUN, new Check("rows", template, true, null), SHADOW, 1).create();
    assertThat(
            job.manifest()
                .at("/spec/template/spec/volumes/0/persistentVolumeClaim")
                .has("readOnly"))
        .isFalse();
    assertThat(template.at("/spec/template/spec").has("restartPolicy")).isFalse();
  }

  @Test
  void aFailingCheckRefusesWithItsLastLinesRedacted() {
    var checks = List.of(check("rows", "bad"), check("schema", "good"));
    var journal = shop.drive(book(run(checks), judge(checks, 0), clear(checks)), journal());
    var judged = journal.of("JudgeChecks").orElseThrow();
    assertThat(judged.reason()).isEqualTo("CheckFailed");
    assertThat(judged.message())
        .contains("container check ended with exit code 3")
        .contains("row 17 is missing")
        .contains("password=***")
        .doesNotContain("hunter2")
        .contains("kubectl -n shop get configmap back-check-rows");
    assertThat(journal.facts().checks()).hasSize(1).noneMatch(check -> check.passed());
    assertThat(shop.kubelet.startsIn(SHADOW)).hasSize(1);
    assertThat(shop.cluster.list(Kinds.JOB, SHADOW)).isEmpty();
    assertThat(shop.get(Kinds.CONFIG_MAP, "back-check-rows").text("/data/attempt-1.result"))
        .startsWith("failed");
  }

  @Test
  void whereOlderBackupsAreAllowedTheNextOneIsTaken() {
    var checks = List.of(check("rows", "bad"));
    var journal = shop.drive(book(run(checks)), journal());
    if (judge(checks, 1).look(journal.facts(), shop.moment())
        instanceof Sight.Back<Facts>(var facts, var step, var reason, _)) {
      assertThat(step).isEqualTo("SelectBackup");
      assertThat(reason).isEqualTo("CheckFailed");
      assertThat(facts.knownBackup().rejected()).containsExactly("daily-2");
      assertThat(facts.restore().attempt()).isEqualTo(2);
      assertThat(facts.checks()).hasSize(1);
      // taking back happens with the new facts: the Jobs of the attempt before must go all the same
      shop.settle(moment -> run(checks).undo(facts, moment));
      shop.cluster.settle();
      assertThat(outcome(run(checks).undo(facts, shop.moment()))).startsWith("done");
      assertThat(shop.cluster.list(Kinds.JOB, SHADOW)).isEmpty();
    } else {
      throw new AssertionError("no way back");
    }
    assertThat(judge(checks, 1).look(rejected(journal.facts()), shop.moment()))
        .isInstanceOf(Sight.Refused.class);
  }

  @Test
  void aJobThatIsGoneBeforeItWasJudgedIsNoSuccess() {
    var checks = List.of(check("rows", "good"));
    assertThat(judge(checks, 0).look(facts(), shop.moment()))
        .isInstanceOfSatisfying(
            Sight.Refused.class,
            refused -> assertThat(refused.failed().reason()).isEqualTo("CheckLost"));
  }

  @Test
  void aCheckOfAClaimWithoutACopyIsNotRun() {
    var check = check("rows", "good", "claimName: data", "claimName: secrets");
    assertThat(outcome(run(List.of(check)).act(facts(), shop.moment())))
        .startsWith("CheckRefused")
        .contains("there is no copy of claim secrets");
    assertThat(shop.cluster.writes()).isEmpty();
  }

  @Test
  void whatTheNamespaceDoesNotAdmitIsSaidAndNotTried() {
    shop.cluster.admission((before, after, _) ->
        before == null && after != null && after.path("kind").asText().equals("Pod")
            ? Optional.of(
                new ClusterException.Forbidden("violates PodSecurity \"restricted:latest\""))
            : Optional.empty());
    assertThat(outcome(run(List.of(check("rows", "good"))).act(facts(), shop.moment())))
        .startsWith("CheckRefused")
        .contains("violates PodSecurity");
  }

  @Test
  void anImageThatCannotBePulledIsNamedWhileWaiting() {
    shop.kubelet.unpullable("good");
    var run = run(List.of(check("rows", "good")));
    var facts = journal().facts();
    shop.settle(moment -> run.act(facts, moment));
    shop.cluster.advance(Duration.ofSeconds(5));
    shop.cluster.advance(Duration.ofSeconds(5));
    assertThat(outcome(run.act(facts, shop.moment()))).contains("ImagePullBackOff");
  }

  @Test
  void aLateCheckFails() {
    shop.kubelet.unpullable("good");
    var checks = List.of(check("rows", "good"));
    var journal = shop.drive(book(run(checks), judge(checks, 0)), journal());
    assertThat(journal.of("JudgeChecks").orElseThrow().message()).contains("DeadlineExceeded");
  }

  @Test
  void aConfigMapOfSomebodyElseIsLeftAlone() {
    shop.put(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: back-check-rows, namespace: shop}
        data: {mine: "true"}
        """);
    var checks = List.of(check("rows", "good"));
    shop.drive(book(run(checks)), journal());
    assertThat(shop.get(Kinds.CONFIG_MAP, "back-check-rows").at("/data").size()).isEqualTo(1);
    assertThat(shop.get(Kinds.CONFIG_MAP, "back-check-rows-0123abcd").text("/data/attempt-1.log"))
        .isNotEmpty();
  }

  @Test
  void theResultOfASecondAttemptStandsBesideThatOfTheFirst() {
    var checks = List.of(check("rows", "bad"));
    shop.drive(book(run(checks)), journal());
    var second = facts().withRestore(facts().restore().next());
    shop.drive(book(run(List.of(check("rows", "good")))), Journal.empty(second));
    Seen log = shop.get(Kinds.CONFIG_MAP, "back-check-rows");
    assertThat(log.text("/data/attempt-1.result")).startsWith("failed");
    assertThat(log.text("/data/attempt-2.result")).startsWith("passed");
  }

  @Test
  void everyWriteSurvivesEveryFault() {
    Faulty.holds(() -> {
      var fresh = new ChecksTest();
      var checks = List.of(check("rows", "good"), check("schema", "good"));
      return new Faulty(
          fresh.shop,
          book(fresh.run(checks), fresh.judge(checks, 0), fresh.clear(checks)),
          fresh.journal());
    });
  }

  private static Check check(String name, String image, String... replacement) {
    var template =
        """
        spec:
          backoffLimit: 6
          ttlSecondsAfterFinished: 1
          template:
            spec:
              containers:
              - name: check
                image: %s
                volumeMounts: [{name: data, mountPath: /data}, {name: tmp, mountPath: /tmp}]
              volumes:
              - {name: data, persistentVolumeClaim: {claimName: data}}
              - {name: tmp, emptyDir: {}}
        """
            .formatted(image);
    var text =
        replacement.length == 2 ? template.replace(replacement[0], replacement[1]) : template;
    return new Check(name, Manifests.one(text), null, "1m30s");
  }

  private Facts facts() {
    return shop.facts("data")
        .withBackup(new BackupFacts("daily-2", "b2", Instant.EPOCH, null, "default", List.of()));
  }

  private static Facts rejected(Facts facts) {
    return facts.withBackup(
        new BackupFacts("daily-2", "b2", Instant.EPOCH, null, "default", List.of("daily-3")));
  }

  private Journal<Facts> journal() {
    // the claims of the shadow namespace, which the scheduler wants to see
    for (var attempt = 1; attempt <= 2; attempt++) {
      shop.put(
          """
          {apiVersion: v1, kind: Namespace, metadata: {name: %1$s}}
          ---
          apiVersion: v1
          kind: PersistentVolumeClaim
          metadata: {name: data, namespace: %1$s}
          spec: {volumeName: pv-data, storageClassName: fast}
          status: {phase: Bound}
          """
              .formatted(RUN.shadow("shop", attempt)));
    }
    return Journal.empty(facts());
  }

  private RunChecks run(List<Check> checks) {
    return new RunChecks(shop.cluster, shop.destroyer, RUN, checks);
  }

  private JudgeChecks judge(List<Check> checks, int older) {
    return new JudgeChecks(shop.cluster, RUN, checks, older);
  }

  private ClearChecks clear(List<Check> checks) {
    return new ClearChecks(shop.cluster, shop.destroyer, RUN, checks);
  }
}
