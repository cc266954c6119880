package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.ArchiveReset;
import dev.salvor.api.ArchiveResetSpec;
import dev.salvor.api.Facts;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.NamespaceRestoreSpec;
import dev.salvor.api.Plan;
import dev.salvor.api.PostgresFacts.Diagnosis;
import dev.salvor.api.Strategy;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Journal.Entry;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Step;
import dev.salvor.kube.Json;
import dev.salvor.recovery.Standings.Chapter;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import dev.salvor.workloads.HttpProbe;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every step of every book: under which word people see it, and where the plan announced it. */
class BooksTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Commands NONE = new Commands(List.of());

  private static final Rooms ROOMS =
      new Rooms(
          new FakeCluster(),
          (_, _, _, _, _, _, _) -> {},
          Processes.AROUND,
          (_, _) -> {
            throw new AssertionError("no step is called");
          },
          _ -> new HttpProbe.Answer.Status(200),
          _ -> {
            throw new AssertionError("no step is called");
          });

  /** Acts that write nothing but Salvor's own records, or take away what Salvor itself has made. */
  private static final Set<String> OWN =
      Set.of(
          "ExcludeFromBackup",
          "AcquireLock",
          "RecordRun",
          "ReleaseLock",
          "CleanDatabase",
          "ClearSqlChecks",
          "SaveSecrets",
          "ForgetSecrets",
          "SettleVolumes",
          // nothing is written: they wait, or prove
          "ProveDeletable");

  /** What the plan must say for an act to be announced; {@code |} is or. */
  private static final Map<String, String> ANNOUNCED =
      Map.ofEntries(
          Map.entry("RecoverBeside", "Create Cluster db-r1"),
          Map.entry("RunSqlChecks", "Create Job db-r1"),
          Map.entry("BackUpCopy", "Create Backup db-r1"),
          Map.entry("RetainCopies", "Create Cluster db-r1"),
          Map.entry("DeleteCopy", "Create Cluster db-r1"),
          Map.entry("LeaveCopy", "Create Cluster db-r1"),
          Map.entry("RetainVolumes", "Retain PersistentVolume pv-1"),
          Map.entry("TakeSafetyBackup", "Create Backup db"),
          Map.entry("TakeBaseBackup", "Create Backup db"),
          Map.entry("SuspendGitOps", "Hold Kustomization apps"),
          Map.entry("HandBackToGit", "Hold Kustomization apps"),
          Map.entry("GuardLineage", "Hold Cluster db|Create Cluster db"),
          Map.entry("UnguardLineage", "Hold Cluster db|Create Cluster db"),
          Map.entry("PauseScheduledBackups", "Pause ScheduledBackup nightly"),
          Map.entry("ResumeScheduledBackups", "Pause ScheduledBackup nightly"),
          Map.entry("StopConsumers", "Scale Deployment web"),
          Map.entry("ScaleUpConsumers", "Scale Deployment web"),
          Map.entry("Hibernate", "Hold Cluster db"),
          Map.entry("SwitchArchive", "Hold Cluster db"),
          Map.entry("SkipEmptyCheck", "Hold Cluster db"),
          Map.entry("EndSkipEmptyCheck", "Hold Cluster db"),
          Map.entry("Wake", "Hold Cluster db"),
          Map.entry("PointVolumes", "Exchange PersistentVolumeClaim db-1"),
          Map.entry("SwapVolumes", "Exchange PersistentVolumeClaim db-1"),
          Map.entry("DropClaims", "Delete PersistentVolumeClaim db-2"),
          Map.entry("DeleteCluster", "Delete Cluster db"),
          Map.entry("RestoreSecrets", "Create Cluster db"),
          Map.entry("CreateCluster", "Create Cluster db"),
          Map.entry("FreeCluster", "Create Cluster db"),
          Map.entry("CreateRecovered", "Create Cluster db"),
          Map.entry("GiveBackBootstrap", "Create Cluster db"),
          Map.entry("SettleCluster", "Create Cluster db"));

  @Test
  void behindThePlanNoStepIsStillPlanning() {
    forward()
        .forEach((name, book) -> {
          var planned = book.indexOf("PlanRecovery");
          assertThat(planned).as(name).isPositive();
          var names = names(book);
          for (var i = 0; i < names.size(); i++) {
            var step = names.get(i);
            var phase = phase(Chapter.FORWARD, Standing.GOING, names.subList(0, i + 1));
            var where = name + " " + step;
            if (i <= planned) assertThat(phase).as(where).isEqualTo("Planning");
            else if (step.matches("Await.*Approval"))
              assertThat(phase).as(where).isEqualTo("AwaitingApproval");
            else assertThat(phase).as(where).isNotIn("Planning", "AwaitingApproval");
          }
          assertThat(phase(Chapter.FORWARD, Standing.COMPLETE, names)).isEqualTo("Succeeded");
        });
  }

  @Test
  void theWayBackIsOneWord() {
    back()
        .forEach((name, book) -> {
          var names = names(book);
          for (var i = 0; i < names.size(); i++)
            assertThat(phase(Chapter.UNDO, Standing.GOING, names.subList(0, i + 1)))
                .as(name + " " + names.get(i))
                .isEqualTo(
                    names.get(i).equals("AwaitUndoApproval") ? "AwaitingApproval" : "Undoing");
        });
  }

  /** Steps are found in the journal by their names, of all runbooks together. */
  @Test
  void noNameIsUsedTwice() {
    forward().forEach((name, book) -> assertThat(names(book)).as(name).doesNotHaveDuplicates());
    back()
        .forEach((name, book) -> {
          assertThat(names(book)).as(name).doesNotHaveDuplicates();
          forward()
              .forEach((way, there) -> {
                if (way.split(" ")[0].equals(name.split(" ")[0]))
                  assertThat(names(book)).as(name).doesNotContainAnyElementsOf(names(there));
              });
        });
  }

  @Test
  void thePlanOfADatabaseAnnouncesEveryAct() {
    databases()
        .forEach((way, facts) -> {
          var recovery = DatabasePlanTest.recovery(spec(way));
          var book = new PostgresRecoveryBook(ROOMS).forward(recovery, facts, NONE, NOON);
          var plan = DatabasePlans.of(recovery, Journal.empty(facts), false, NOON).orElseThrow();
          announced(way, book, plan);
        });
  }

  @Test
  void thePlanOfAResetAnnouncesEveryAct() {
    for (var diagnosis : List.of(Diagnosis.MarkerOnly, Diagnosis.Gap, Diagnosis.Diverged)) {
      var facts = diagnosed(diagnosis);
      var book = new ArchiveResetBook(ROOMS).forward(reset(), facts, NONE, NOON);
      var plan =
          new ArchiveResetBook(ROOMS)
              .plan(reset(), Journal.empty(facts), false, NOON)
              .orElseThrow();
      announced(diagnosis.name(), book, plan);
    }
  }

  private static void announced(String way, Runbook<Facts> book, Plan plan) {
    var lines = new ArrayList<String>();
    var targets = plan.targets();
    assertThat(targets).isNotNull();
    targets.forEach(
        one -> lines.add(one.action() + " " + one.ref().kind() + " " + one.ref().name()));
    for (var step : book.steps()) {
      if (!(step instanceof Step.Act<Facts>) || OWN.contains(step.name())) continue;
      var needed = ANNOUNCED.get(step.name());
      assertThat(needed).as("what announces " + step.name() + "?").isNotNull();
      assertThat(needed.split("\\|")).as(way + " " + step.name()).anyMatch(lines::contains);
    }
  }

  private static Map<String, Runbook<Facts>> forward() {
    var books = new LinkedHashMap<String, Runbook<Facts>>();
    databases()
        .forEach((way, facts) ->
            books.put(
                "postgres " + way,
                new PostgresRecoveryBook(ROOMS)
                    .forward(DatabasePlanTest.recovery(spec(way)), facts, NONE, NOON)));
    for (var diagnosis : Diagnosis.values())
      books.put(
          "reset " + diagnosis,
          new ArchiveResetBook(ROOMS).forward(reset(), diagnosed(diagnosis), NONE, NOON));
    for (var scope : List.of("Volumes", "Namespace"))
      for (var strategy : List.of(Strategy.Swap, Strategy.InPlace))
        for (var when : List.of("BeforeApproval", "AfterApproval"))
          books.put(
              "namespace " + scope + " " + strategy + " " + when,
              new NamespaceRestoreBook(ROOMS)
                  .forward(
                      namespace(scope, when), Facts.none("i").withStrategy(strategy), NONE, NOON));
    return books;
  }

  private static Map<String, Runbook<Facts>> back() {
    var books = new LinkedHashMap<String, Runbook<Facts>>();
    databases()
        .forEach((way, facts) ->
            books.put(
                "postgres " + way,
                new PostgresRecoveryBook(ROOMS)
                    .undo(DatabasePlanTest.recovery(spec(way)), facts, NONE, false)));
    for (var diagnosis : List.of(Diagnosis.Gap, Diagnosis.Diverged))
      books.put(
          "reset " + diagnosis,
          new ArchiveResetBook(ROOMS).undo(reset(), diagnosed(diagnosis), NONE, false));
    for (var aborted : List.of(true, false))
      books.put(
          "namespace " + aborted,
          new NamespaceRestoreBook(ROOMS)
              .undo(namespace("Volumes", "BeforeApproval"), Facts.none("i"), NONE, aborted));
    return books;
  }

  private static String phase(Chapter chapter, Standing standing, List<String> names) {
    var entries = new ArrayList<Entry>();
    for (var i = 0; i < names.size(); i++) {
      var last = i == names.size() - 1 && standing == Standing.GOING;
      var state = last ? Journal.State.RUNNING : Journal.State.DONE;
      entries.add(new Entry(names.get(i), state, NOON, NOON, "", "", null));
    }
    var journal = new Journal<>(entries, null, Facts.none("i"));
    return Phases.of(new Standings(chapter, standing, false, journal, ""));
  }

  private static List<String> names(Runbook<Facts> book) {
    return book.steps().stream().map(Step::name).toList();
  }

  private static Map<String, Facts> databases() {
    var ways = new LinkedHashMap<String, Facts>();
    ways.put("Swap", busy(DatabasePlanTest.facts(Strategy.Swap, true)));
    ways.put("Adopt", busy(DatabasePlanTest.facts(Strategy.Swap, false)));
    ways.put("Beside", busy(DatabasePlanTest.facts(Strategy.Beside, true)));
    ways.put("InPlace", busy(DatabasePlanTest.facts(Strategy.InPlace, true)));
    return ways;
  }

  private static String spec(String way) {
    return "{cluster: db, checks: [{name: rows, query: SELECT 1}], strategy: %s}"
        .formatted(way.equals("Adopt") ? "Swap" : way);
  }

  /** With somebody who uses it, saves it, and keeps it in Git. */
  private static Facts busy(Facts facts) {
    return Json.MAPPER.convertValue(
        Manifests.merged(
            Json.MAPPER.valueToTree(facts),
            Manifests.one(
                """
                owners:
                - ref: {apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, namespace: flux-system, name: apps}
                  uid: uid-apps
                  alreadyHeld: false
                  why: applies it
                schedules:
                - ref: {apiVersion: postgresql.cnpg.io/v1, kind: ScheduledBackup, namespace: shop, name: nightly}
                  uid: uid-nightly
                consumers:
                - ref: {apiVersion: apps/v1, kind: Deployment, namespace: shop, name: web}
                  uid: uid-web
                  replicas: 2
                """)),
        Facts.class);
  }

  private static Facts diagnosed(Diagnosis diagnosis) {
    var facts = busy(DatabasePlanTest.facts(Strategy.Swap, true));
    return facts.withPostgres(facts.postgres().withDiagnosis(diagnosis));
  }

  private static ArchiveReset reset() {
    var reset = new ArchiveReset();
    reset.getMetadata().setName("back");
    reset.getMetadata().setNamespace("shop");
    reset.getMetadata().setUid("uid-reset");
    reset.setSpec(Json.MAPPER.convertValue(Manifests.one("cluster: db"), ArchiveResetSpec.class));
    return reset;
  }

  private static NamespaceRestore namespace(String scope, String when) {
    var restore = new NamespaceRestore();
    restore.getMetadata().setName("back");
    restore.getMetadata().setNamespace("shop");
    restore.getMetadata().setUid("uid-restore");
    restore.setSpec(
        Json.MAPPER.convertValue(
            Manifests.one(
                "{backup: {name: b}, scope: %s, prepare: {when: %s}}".formatted(scope, when)),
            NamespaceRestoreSpec.class));
    return restore;
  }
}
