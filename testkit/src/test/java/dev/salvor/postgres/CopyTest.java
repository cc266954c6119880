package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.engine.Journal;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.models.CnpgMishap;
import dev.salvor.testkit.models.CnpgModel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From the create of the copy to its kept volumes, under the model of CloudNativePG. */
class CopyTest {
  private final CopyBench bench = CopyBench.withRows();

  @Test
  void recoversBesideProvesAndBacksUp() {
    var journal = bench.drive(bench.steps(), bench.facts());
    assertThat(CopyBench.failure(journal)).isEmpty();
    var copy = journal.facts().postgres().knownCopy();
    assertThat(copy.name()).isEqualTo("db-r1");
    assertThat(copy.claims())
        .containsEntry("db-1", "db-r1-1")
        .containsEntry("db-1-wal", "db-r1-1-wal");
    assertThat(copy.systemId()).isEqualTo(bench.db().systemId());
    assertThat(copy.timeline()).isEqualTo(2);
    // the Job that knew it is gone by the time the Cluster is healthy
    assertThat(copy.lastTransaction()).isNotNull().startsWith("20");
    assertThat(CnpgModel.rowsOfClaim(bench.cluster.world(), Kinds.PVC.ref("shop", "db-r1-1")))
        .containsExactly("before");
    assertThat(journal.facts().times().provenAt()).isNotNull();
    var first = bench.get(Kinds.DATABASE_BACKUP, "salvor-0123abcd-first-1");
    assertThat(first.text("/status/phase")).isEqualTo("completed");
    assertThat(first.text("/spec/cluster/name")).isEqualTo("db-r1");
    var safety = bench.get(Kinds.DATABASE_BACKUP, "salvor-0123abcd-safety-1");
    assertThat(safety.text("/status/phase")).isEqualTo("completed");
    assertThat(safety.text("/spec/target")).isEqualTo("primary");
    assertThat(bench.cnpg.rows(bench.cluster.world(), Kinds.CLUSTER.ref("shop", "db")))
        .containsExactly("before", "after");
  }

  @Test
  void deletesTheCopyAndKeepsItsData() {
    var journal = bench.drive(bench.steps(), bench.facts());
    var facts = bench.retained(journal.facts());
    var volumes = facts.volumes().stream().map(volume -> volume.provenCopy().uid()).toList();
    var after =
        bench.drive(List.of(new DeleteCopy(bench.cluster, bench.destroyer, CopyBench.RUN)), facts);
    assertThat(CopyBench.failure(after)).isEmpty();
    assertThat(Remnants.of(bench.cluster, "shop", "db-r1", null)).isEmpty();
    bench.settle();
    assertThat(volumes)
        .anySatisfy(uid ->
            assertThat(CnpgModel.rowsOfVolume(bench.cluster.world(), uid))
                .containsExactly("before"));
    assertThat(bench.db().healthy()).isTrue();
  }

  @Test
  void doesNotDeleteACopyWhoseVolumesWouldGo() {
    var journal = bench.drive(bench.steps(), bench.facts());
    var facts = bench.retained(journal.facts());
    var wal = bench.volume("db-r1-1-wal");
    bench.cluster.update(
        wal.edit().set("/spec/persistentVolumeReclaimPolicy", "Delete").write()
                instanceof dev.salvor.kube.Write.Patch(var _, var after)
            ? after
            : wal.json());
    var end =
        bench.drive(List.of(new DeleteCopy(bench.cluster, bench.destroyer, CopyBench.RUN)), facts);
    assertThat(CopyBench.failure(end))
        .startsWith("DeleteCopy CopyNotSafe")
        .contains(wal.name() + " has reclaim policy Delete");
    assertThat(bench.exists(Kinds.CLUSTER, "db-r1")).isTrue();
  }

  @Test
  void takesTheCopyBackWithAllItOwnedAndItsBackups() {
    var steps = bench.steps();
    var journal = bench.drive(steps, bench.facts());
    bench.drive(steps, journal, true);
    bench.settle();
    assertThat(Remnants.of(bench.cluster, "shop", "db-r1", null)).isEmpty();
    assertThat(bench.exists(Kinds.DATABASE_BACKUP, "salvor-0123abcd-first-1")).isFalse();
    assertThat(bench.exists(Kinds.DATABASE_BACKUP, "salvor-0123abcd-safety-1")).isTrue();
    assertThat(bench.db().healthy()).isTrue();
    assertThat(bench.cluster.list(Kinds.PV, "")).hasSize(4);
  }

  @Test
  void leavesTheCopyToThePerson() {
    var journal = bench.drive(bench.steps(), bench.facts());
    var end = bench.drive(List.of(new LeaveCopy(bench.cluster, CopyBench.RUN)), journal.facts());
    assertThat(end.entries().getFirst().message())
        .contains("host db-r1-rw.shop")
        .contains("Secret db-app")
        .contains("delete cluster.postgresql.cnpg.io db-r1");
    var copy = bench.get(Kinds.CLUSTER, "db-r1");
    assertThat(copy.labels()).isEmpty();
    assertThat(copy.annotations()).containsOnlyKeys("cnpg.io/podPatch");
    // nothing is ours any more: an abort cannot take it away
    assertThat(new CopyNames(bench.cluster, CopyBench.RUN).made(journal.facts())).isEmpty();
  }

  @Test
  void theFirstFailedPodDecidesAndNamesTheCorrectedTarget() {
    bench.target = bench.cluster.now().plusSeconds(3600);
    var journal = bench.drive(bench.steps(), bench.facts());
    assertThat(CopyBench.failure(journal))
        .startsWith("AwaitRecovery TargetNotReached: the archive ends before the target")
        .contains("FATAL: recovery ended before configured recovery target was reached")
        .contains("Set target.time to ")
        .contains("or earlier, or target.latest, in a new recovery");
    assertThat(journal.in("RecoverBeside", Journal.State.UNDONE)).isTrue();
    bench.settle();
    assertThat(Remnants.of(bench.cluster, "shop", "db-r1", null)).isEmpty();
  }

  @Test
  void aStoreThatFailsOnceIsTriedAgain() {
    bench.cnpg.with(CnpgMishap.RECOVERY_FAILS_ONCE);
    var journal = bench.drive(bench.steps(), bench.facts());
    assertThat(CopyBench.failure(journal)).isEmpty();
    assertThat(bench.cnpg.expects(CnpgMishap.RECOVERY_FAILS_ONCE)).isFalse();
  }

  @Test
  void aFullDiskIsNamed() {
    bench.cnpg.with(CnpgMishap.RECOVERY_FAILS);
    assertThat(CopyBench.failure(bench.drive(bench.steps(), bench.facts())))
        .startsWith("AwaitRecovery CopyDiskFull")
        .contains("No space left on device");
  }

  @Test
  void aLostFirstJobIsCreatedAgain() {
    bench.cnpg.with(CnpgMishap.FIRST_JOB_LOST);
    var journal = bench.drive(bench.steps(), bench.facts());
    assertThat(CopyBench.failure(journal)).isEmpty();
    assertThat(bench.cnpg.expects(CnpgMishap.FIRST_JOB_LOST)).isFalse();
    assertThat(
            bench.cluster.writes().stream()
                .filter(write -> write.toString().contains("db-r1"))
                .filter(write ->
                    write.toString().contains("create") || write.toString().contains("CREATE"))
                .count())
        .isGreaterThanOrEqualTo(2);
  }

  @Test
  void aPodWithoutANodeIsNamedAndGivenUp() {
    bench.cnpg.with(CnpgMishap.RECOVERY_PENDING);
    assertThat(CopyBench.failure(bench.drive(bench.steps(), bench.facts())))
        .startsWith("AwaitRecovery RecoveryStuck");
  }

  @Test
  void aPluginThatIsUnknownIsNamed() {
    var facts = bench.facts();
    bench.cnpg.with(CnpgMishap.PLUGIN_UNKNOWN);
    assertThat(CopyBench.failure(bench.drive(bench.steps(), facts)))
        .contains("PluginNotRunning")
        .contains("Unknown plugin");
  }

  @Test
  void aCopyThatMissedATimelineIsRefused() {
    var facts = bench.facts();
    var known = facts.postgres();
    var point = known.knownPoint();
    var later =
        new dev.salvor.api.RecoveryPoint(
            point.serverName(),
            point.backupId(),
            point.timeline(),
            point.followed(),
            2,
            point.type(),
            point.value(),
            point.exclusive(),
            point.systemId(),
            point.major(),
            point.bytes(),
            point.backupEnd(),
            point.until(),
            point.proven(),
            point.tablespaces());
    assertThat(
            CopyBench.failure(
                bench.drive(bench.steps(), facts.withPostgres(known.withPoint(later)))))
        .startsWith("VerifyCopy TimelineTooLow");
  }

  @Test
  void aCopyOfAnotherSystemIsRefused() {
    var facts = bench.facts();
    var strange = facts.postgres().withPoint(bench.point("42"));
    assertThat(CopyBench.failure(bench.drive(bench.steps(), facts.withPostgres(strange))))
        .startsWith("VerifyCopy WrongSystem")
        .contains("instead of 42");
  }

  @Test
  void archivingThatFailsKeepsTheProofWaiting() {
    bench.cnpg.with(CnpgMishap.ARCHIVING_FAILS);
    assertThat(CopyBench.failure(bench.drive(bench.steps(), bench.facts())))
        .startsWith("VerifyCopy DeadlineExceeded")
        .contains("has not archived into db-v2 yet");
  }

  @Test
  void aVanishedCopyIsNoticed() {
    var journal = bench.drive(bench.steps().subList(0, 1), bench.facts());
    bench.cluster.delete(Kinds.CLUSTER.ref("shop", "db-r1"));
    bench.settle();
    assertThat(bench.reasons(new AwaitRecovery(bench.cluster, CopyBench.RUN), journal.facts()))
        .containsExactly("CopyVanished");
  }

  @Test
  void recoversWithTheArchiverInTheTreeAndTablespaces() {
    var tree = CopyBench.inTree().rows();
    var journal = tree.drive(tree.steps(), tree.facts());
    assertThat(CopyBench.failure(journal)).isEmpty();
    assertThat(journal.facts().postgres().knownCopy().claims())
        .containsOnly(
            java.util.Map.entry("db-1", "db-r1-1"),
            java.util.Map.entry("db-1-tbs-cold", "db-r1-1-tbs-cold"));
    assertThat(CnpgModel.rowsOfClaim(tree.cluster.world(), Kinds.PVC.ref("shop", "db-r1-1")))
        .containsExactly("before");
    assertThat(tree.get(Kinds.DATABASE_BACKUP, "salvor-0123abcd-first-1").text("/spec/method"))
        .isEqualTo("barmanObjectStore");
  }

  @Test
  void recoversToThePrimaryOfTodayAfterAFailOver() {
    bench.cnpg.promote(bench.cluster.world(), Kinds.CLUSTER.ref("shop", "db"), "db-2");
    bench.settle();
    var facts = bench.facts();
    assertThat(facts.postgres().knownDatabase().primary()).isEqualTo("db-2");
    var journal = bench.drive(bench.steps(), facts);
    assertThat(CopyBench.failure(journal)).isEmpty();
    assertThat(journal.facts().postgres().knownCopy().claims())
        .containsEntry("db-2", "db-r1-1")
        .containsEntry("db-2-wal", "db-r1-1-wal");
  }
}
