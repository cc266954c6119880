package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.SafetyBackup;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Step;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.models.CnpgMishap;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The two Backups of a recovery, and what is cleaned up at its end. */
class BackupsTest {
  private final CopyBench bench = CopyBench.withRows();

  @Test
  void aFailedFirstBackupIsTriedThreeTimesAndFailsTheRecovery() {
    var facts = bench.drive(bench.steps().subList(0, 3), bench.facts()).facts();
    bench.cnpg.with(CnpgMishap.BACKUP_FAILS);
    var end = drive(new BackUpCopy(bench.cluster, CopyBench.RUN), facts);
    assertThat(CopyBench.failure(end)).startsWith("BackUpCopy FirstBackupFailed");
    assertThat(bench.exists(Kinds.DATABASE_BACKUP, "salvor-0123abcd-first-1-3")).isTrue();
    assertThat(bench.exists(Kinds.DATABASE_BACKUP, "salvor-0123abcd-first-1-4")).isFalse();
  }

  @Test
  void aBackupThatFailsOnceIsTakenAgain() {
    var facts = bench.drive(bench.steps().subList(0, 3), bench.facts()).facts();
    bench.cluster.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Backup
        metadata: {name: salvor-0123abcd-first-1, namespace: shop, labels: {recovery.salvor.dev/run: 0123abcd-run}}
        spec: {cluster: {name: db-r1}}
        status: {phase: failed, error: connection reset}
        """);
    var end = drive(new BackUpCopy(bench.cluster, CopyBench.RUN), facts);
    assertThat(CopyBench.failure(end)).isEmpty();
    assertThat(bench.get(Kinds.DATABASE_BACKUP, "salvor-0123abcd-first-1-2").text("/status/phase"))
        .isEqualTo("completed");
  }

  @Test
  void aStrangersBackupOfThatNameIsLeftAlone() {
    bench.cluster.put(
        "{apiVersion: postgresql.cnpg.io/v1, kind: Backup, metadata: {name: salvor-0123abcd-safety-1, namespace: shop}, spec: {cluster: {name: db}}, status: {phase: completed}}");
    var end = drive(safety(SafetyBackup.Required), bench.facts());
    assertThat(CopyBench.failure(end)).isEmpty();
    assertThat(bench.exists(Kinds.DATABASE_BACKUP, "salvor-0123abcd-safety-1-2")).isTrue();
  }

  @Test
  void aSafetyBackupThatFailsIsPassedOverOrNot() {
    bench.cnpg.with(CnpgMishap.BACKUP_FAILS);
    var passed = drive(safety(SafetyBackup.IfPossible), bench.facts());
    assertThat(passed.entries().getFirst().state()).isEqualTo(Journal.State.DONE);
    assertThat(passed.entries().getFirst().message())
        .startsWith("no last backup of the present state: Backup");
    assertThat(CopyBench.failure(drive(safety(SafetyBackup.Required), bench.facts())))
        .startsWith("TakeSafetyBackup SafetyBackupFailed");
  }

  @Test
  void withoutItTheNewestMomentOfALivingClusterWouldLackRows() {
    bench.cnpg.with(CnpgMishap.BACKUP_FAILS);
    var facts = bench.facts();
    var point =
        new RecoveryPoint(
            "db",
            "1",
            1,
            false,
            1,
            RecoveryTarget.Type.Latest,
            "",
            false,
            "",
            17,
            1,
            Instant.EPOCH,
            null,
            true,
            List.of());
    var newest = facts.withPostgres(facts.postgres().withPoint(point));
    assertThat(CopyBench.failure(drive(safety(SafetyBackup.IfPossible), newest)))
        .startsWith("TakeSafetyBackup SafetyBackupFailed");
  }

  @Test
  void archivingThatFailsDoesNotHoldItUpForEver() {
    bench.cnpg.with(CnpgMishap.BACKUP_WAITS_FOR_ARCHIVING);
    var started = bench.cluster.now();
    var passed = drive(safety(SafetyBackup.IfPossible), bench.facts());
    assertThat(passed.entries().getFirst().message()).contains("waits for archiving, which fails");
    assertThat(java.time.Duration.between(started, bench.cluster.now()).toMinutes())
        .isBetween(10L, 12L);
  }

  @Test
  void aDeadClusterHasNoSafetyBackup() {
    var facts = bench.facts();
    bench.cluster.delete(Kinds.CLUSTER.ref("shop", "db"));
    bench.settle();
    var before = bench.cluster.count();
    var passed = drive(safety(SafetyBackup.IfPossible), facts);
    assertThat(passed.entries().getFirst().message())
        .contains("no instance of Cluster db is ready");
    assertThat(CopyBench.failure(drive(safety(SafetyBackup.Required), facts)))
        .contains("SafetyBackupFailed");
    assertThat(bench.cluster.count()).isEqualTo(before);
  }

  @Test
  void skipWritesNothing() {
    var before = bench.cluster.count();
    drive(safety(SafetyBackup.Skip), bench.facts());
    assertThat(bench.cluster.count()).isEqualTo(before);
  }

  @Test
  void aBackupInTheTreeHasNoPlugin() {
    var archive = new dev.salvor.api.DatabaseFacts.Archive(null, "s3://wal/", "db");
    var backup = BackupManifest.of(CopyBench.RUN, "b", "shop", "db", archive);
    assertThat(backup.at("/spec/method").asText()).isEqualTo("barmanObjectStore");
    assertThat(backup.at("/spec").has("pluginConfiguration")).isFalse();
  }

  @Test
  void cleansUpAllButCompletedBackups() {
    var facts = bench.drive(bench.steps(), bench.facts()).facts();
    bench.cluster.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Backup
        metadata: {name: broken, namespace: shop, labels: {recovery.salvor.dev/run: 0123abcd-run}}
        spec: {cluster: {name: db}}
        status: {phase: failed}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: check, namespace: shop, labels: {recovery.salvor.dev/run: 0123abcd-run}}
        spec: {suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: others, namespace: shop}
        spec: {suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}
        """);
    var end = drive(new CleanDatabase(bench.cluster, bench.destroyer, CopyBench.RUN), facts);
    assertThat(CopyBench.failure(end)).isEmpty();
    assertThat(bench.exists(Kinds.JOB, "check")).isFalse();
    assertThat(bench.exists(Kinds.JOB, "others")).isTrue();
    assertThat(bench.exists(Kinds.DATABASE_BACKUP, "broken")).isFalse();
    for (var kept : List.of("nightly", "salvor-0123abcd-first-1", "salvor-0123abcd-safety-1"))
      assertThat(bench.exists(Kinds.DATABASE_BACKUP, kept)).as(kept).isTrue();
  }

  private TakeSafetyBackup safety(SafetyBackup wanted) {
    return new TakeSafetyBackup(bench.cluster, CopyBench.RUN, wanted);
  }

  private Journal<Facts> drive(Step<Facts> step, Facts facts) {
    return bench.drive(List.of(step), facts);
  }
}
