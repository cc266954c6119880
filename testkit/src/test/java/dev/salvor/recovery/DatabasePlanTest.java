package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.api.Facts;
import dev.salvor.api.FollowFacts;
import dev.salvor.api.Plan;
import dev.salvor.api.PostgresFacts;
import dev.salvor.api.PostgresRecovery;
import dev.salvor.api.PostgresRecoverySpec;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.Strategy;
import dev.salvor.api.TargetFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Journal;
import dev.salvor.kube.Json;
import dev.salvor.testkit.Manifests;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the approver reads, word for word, for each of the four ways. */
class DatabasePlanTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final String HEAD =
      "Recover Cluster db to 2026-03-01T11:00:00Z, from base backup 20260301T020005 of db on timeline 2.\n";
  private static final String FROM_THEN_ON =
      "From then on it archives to db-v2; the old archive stays.";

  @Test
  void swap() {
    var plan = plan(facts(Strategy.Swap, true));
    assertThat(plan.summary())
        .isEqualTo(
            HEAD
                + "A copy is recovered beside; nothing of production is touched before the copy is proven and approved.\n"
                + FROM_THEN_ON);
    assertThat(targets(plan))
        .isEqualTo(
            """
            Create Cluster db-r1: the copy, archiving to db-v2
            Create Backup db-r1: the first base backup of db-v2
            Create Backup db: a last base backup of what is there now
            Hold Cluster db: hibernated, given the new lineage, woken
            Retain PersistentVolume pv-1: holds the data from before
            Exchange PersistentVolumeClaim db-1: deleted and created again
            Retain PersistentVolume pv-2: holds the data from before
            Delete PersistentVolumeClaim db-2: CloudNativePG joins a new replica
            """);
    assertThat(plan.expectedOutage()).contains("plus about 15s");
  }

  @Test
  void adopt() {
    var plan = plan(facts(Strategy.Swap, false));
    assertThat(plan.summary())
        .isEqualTo(
            HEAD
                + "A copy is recovered beside; nothing of production is touched before the copy is proven and approved.\n"
                + FROM_THEN_ON);
    assertThat(targets(plan))
        .isEqualTo(
            """
            Create Cluster db-r1: the copy, archiving to db-v2
            Create Backup db-r1: the first base backup of db-v2
            Create Backup db: a last base backup of what is there now
            Delete Cluster db: makes way; its volumes are kept
            Create Cluster db: adopts the recovered volumes, with its Secrets from before, archiving to db-v2
            Create Backup db: a base backup of db-v2
            Retain PersistentVolume pv-1: holds the data from before
            Exchange PersistentVolumeClaim db-1: deleted and created again
            Retain PersistentVolume pv-2: holds the data from before
            Delete PersistentVolumeClaim db-2: CloudNativePG joins a new replica
            """);
    assertThat(plan.expectedOutage()).contains("plus about 15s");
  }

  @Test
  void drain() {
    var plan = plan(draining());
    assertThat(plan.summary())
        .isEqualTo(
            HEAD.replaceFirst("to .*, from base", "to its newest moment, from base")
                + "A copy is restored beside and follows the database; nothing of production is touched before the copy is proven and approved.\n"
                + FROM_THEN_ON);
    assertThat(targets(plan))
        .isEqualTo(
            """
            Create Cluster db-r1: the copy, archiving to db-v2
            Create Backup db-r1: the first base backup of db-v2
            Create Backup db: a last base backup of what is there now
            Create Job db: reads where its WAL ends off the volume of the primary
            Hold Cluster db: hibernated, given the new lineage, woken
            Retain PersistentVolume pv-1: holds the data from before
            Exchange PersistentVolumeClaim db-1: deleted and created again
            Retain PersistentVolume pv-2: holds the data from before
            Delete PersistentVolumeClaim db-2: CloudNativePG joins a new replica
            """);
    assertThat(plan.expectedLoss()).startsWith("nothing");
    assertThat(plan.expectedOutage()).contains("promotion");
  }

  @Test
  void beside() {
    var plan = plan(facts(Strategy.Beside, true));
    assertThat(plan.summary())
        .isEqualTo(
            HEAD
                + "A copy is recovered beside, proven, and left to you; production is not touched.\n"
                + "The copy archives to db-v2; the old archive stays.");
    assertThat(targets(plan))
        .isEqualTo(
            """
            Create Cluster db-r1: the copy, archiving to db-v2
            Create Backup db-r1: the first base backup of db-v2
            """);
    assertThat(plan.expectedOutage()).isEqualTo("none: production is not touched");
  }

  /** No copy is made, and nothing hibernates. */
  @Test
  void inPlace() {
    var plan = plan(facts(Strategy.InPlace, true));
    assertThat(plan.summary())
        .isEqualTo(
            HEAD
                + "No copy is made: on approval everything stands still, a last backup is taken if the database can, the Cluster is deleted (its volumes are kept) and made anew from the archive.\n"
                + FROM_THEN_ON);
    assertThat(targets(plan))
        .isEqualTo(
            """
            Create Backup db: a last base backup of what is there now
            Delete Cluster db: makes way; its volumes are kept
            Create Cluster db: recovers from the archive, with its Secrets from before, archiving to db-v2
            Create Backup db: a base backup of db-v2
            Retain PersistentVolume pv-1: holds the data from before
            Delete PersistentVolumeClaim db-1: goes with the Cluster
            Retain PersistentVolume pv-2: holds the data from before
            Delete PersistentVolumeClaim db-2: CloudNativePG joins a new replica
            """);
    assertThat(plan.expectedOutage()).startsWith("the whole recovery");
  }

  @Test
  void checksAndTheLastBackupAreInThePlanIfTheyAreWanted() {
    var spec = "{cluster: db, safetyBackup: Skip, checks: [{name: rows, query: SELECT 1}]}";
    var plan =
        DatabasePlans.of(recovery(spec), Journal.empty(facts(Strategy.Swap, true)), false, NOON)
            .orElseThrow();
    assertThat(targets(plan))
        .contains("Create Job db-r1: your checks, on the copy")
        .doesNotContain("Backup db:");
  }

  /** The same volumes under the same claims again, however they were exchanged. */
  @Test
  void undo() {
    for (var strategy : List.of(Strategy.Swap, Strategy.InPlace)) {
      var plan =
          DatabasePlans.of(recovery(), Journal.empty(facts(strategy, true)), true, NOON)
              .orElseThrow();
      assertThat(plan.summary()).startsWith("Exchange the volumes of Cluster db back");
      assertThat(targets(plan)).doesNotContain("Cluster").contains("Exchange", "pv-1");
      assertThat(plan.expectedOutage()).contains("plus about 15s");
    }
  }

  private static Plan plan(Facts facts) {
    return DatabasePlans.of(recovery(), Journal.empty(facts), false, NOON).orElseThrow();
  }

  private static String targets(Plan plan) {
    assertThat(plan.targets()).isNotNull();
    return plan.targets().stream()
        .map(target ->
            target.action()
                + " "
                + target.ref().kind()
                + " "
                + target.ref().name()
                + ": "
                + target.note()
                + "\n")
        .collect(Collectors.joining());
  }

  private static PostgresRecovery recovery() {
    return recovery("{cluster: db}");
  }

  static PostgresRecovery recovery(String spec) {
    var recovery = new PostgresRecovery();
    recovery.getMetadata().setName("back");
    recovery.getMetadata().setNamespace("shop");
    recovery.getMetadata().setUid("uid-recovery");
    recovery.setSpec(Json.MAPPER.convertValue(Manifests.one(spec), PostgresRecoverySpec.class));
    return recovery;
  }

  static Facts draining() {
    var facts = facts(Strategy.Swap, true);
    return facts.withPostgres(facts.postgres().withFollow(FollowFacts.BEGUN));
  }

  static Facts facts(Strategy strategy, boolean canHibernate) {
    var database =
        new DatabaseFacts(
            "db",
            "uid-db",
            null,
            canHibernate,
            canHibernate,
            2,
            "db-1",
            1,
            List.of("db-1"),
            List.of("db-2"),
            "1",
            2,
            17,
            new Archive("store", "s3://backups/", "db"));
    var point =
        new RecoveryPoint(
            "db",
            "20260301T020005",
            2,
            false,
            2,
            RecoveryTarget.Type.Time,
            "2026-03-01T11:00:00Z",
            false,
            "1",
            17,
            0,
            NOON,
            NOON,
            true,
            null);
    return Facts.none("intent")
        .withTarget(new TargetFacts("shop", "uid-shop", "uid-cluster", Map.of(), Map.of()))
        .withStrategy(strategy)
        .withVolumes(List.of(volume("db-1", "pv-1")))
        .withPostgres(
            PostgresFacts.NONE
                .withDatabase(database)
                .withPoint(point)
                .withLineage("db-v2")
                .withDropped(List.of(volume("db-2", "pv-2"))));
  }

  private static VolumeFacts volume(String claim, String volume) {
    return new VolumeFacts(
        claim,
        "uid-" + claim,
        null,
        new VolumeFacts.Pv(volume, "uid-" + volume, "Delete", "uid-" + claim, null, null, 1),
        null,
        null);
  }
}
