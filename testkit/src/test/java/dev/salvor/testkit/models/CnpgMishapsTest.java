package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.CnpgBench.DB;
import static dev.salvor.testkit.models.CnpgBench.STORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each mishap once: it does what it says, and it goes right again without it. */
class CnpgMishapsTest {
  private static final Ref COPY = Kinds.CLUSTER.ref("shop", "db-r1");

  private final CnpgBench bench = new CnpgBench();

  @BeforeEach
  void production() {
    bench.production(2);
    bench.backup("first", "db");
    bench.insert("order-1");
    bench.archiveWal();
  }

  @Test
  void aRecoveryThatFailsOnceIsTriedAgain() {
    bench.cnpg.with(CnpgMishap.RECOVERY_FAILS_ONCE);
    bench.recover("db-r1", "db-v2", "");
    assertThat(bench.phase(COPY)).isEqualTo("Cluster in healthy state");
    assertThat(bench.cnpg.expects(CnpgMishap.RECOVERY_FAILS_ONCE)).isFalse();
  }

  @Test
  void aRecoveryThatFailsForEverIsUnrecoverable() {
    bench.cnpg.with(CnpgMishap.RECOVERY_FAILS);
    bench.recover("db-r1", "db-v2", "");
    assertThat(bench.phase(COPY)).contains("unrecoverable");
    assertThat(bench.jobLogs("db-r1")).contains("No space left on device");
  }

  @Test
  void aRecoveryWithoutANodeWaits() {
    bench.cnpg.with(CnpgMishap.RECOVERY_PENDING);
    bench.recover("db-r1", "db-v2", "");
    assertThat(bench.phase(COPY)).isEqualTo("Setting up primary");
    var pod = bench.cluster.list(Kinds.POD, "shop", Map.of("cnpg.io/cluster", "db-r1")).getFirst();
    assertThat(pod.text("/status/phase")).isEqualTo("Pending");
    assertThat(pod.at("/status/conditions").toString()).contains("Unschedulable");
  }

  /** Seen on 1.30.0: no phase, no Job, no event. */
  @Test
  void withoutTheObjectStoreNothingBegins() {
    bench.cluster.put(
        CnpgBench.recovery("db-r1", "db-v2", "")
            .replace("barmanObjectName: store", "barmanObjectName: gone"));
    bench.settle();
    assertThat(bench.phase(COPY)).isEmpty();
    assertThat(bench.condition(COPY, "Initialized")).isEqualTo("False BootstrapPending");
    assertThat(bench.cluster.list(Kinds.JOB, "shop", Map.of("cnpg.io/cluster", "db-r1"))).isEmpty();
  }

  /** #11039. */
  @Test
  void aLostFirstJobNeverComes() {
    bench.cnpg.with(CnpgMishap.FIRST_JOB_LOST);
    bench.recover("db-r1", "db-v2", "");
    bench.cluster.advance(Duration.ofMinutes(5));
    bench.settle();
    assertThat(bench.phase(COPY)).isEqualTo("Setting up primary");
    assertThat(bench.cluster.list(Kinds.JOB, "shop", Map.of("cnpg.io/cluster", "db-r1"))).isEmpty();
    assertThat(bench.read(bench.claim("db-r1-1")).annotation("cnpg.io/pvcStatus"))
        .isEqualTo("initializing");
    bench.destroy(COPY);
    bench.recover("db-r1", "db-v2", "");
    assertThat(bench.phase(COPY)).isEqualTo("Cluster in healthy state");
  }

  @Test
  void archivingThatFailsShowsAndHeals() {
    bench.cnpg.with(CnpgMishap.ARCHIVING_FAILS);
    bench.insert("order-2");
    bench.archiveWal();
    assertThat(bench.condition(DB, "ContinuousArchiving"))
        .isEqualTo("False ContinuousArchivingFailing");
    var held = bench.cnpg.archive().lastCommit(STORE, "db");
    bench.cnpg.without(CnpgMishap.ARCHIVING_FAILS);
    bench.settle();
    assertThat(bench.condition(DB, "ContinuousArchiving"))
        .isEqualTo("True ContinuousArchivingSuccess");
    assertThat(bench.cnpg.archive().lastCommit(STORE, "db").orElseThrow())
        .isAfter(held.orElseThrow());
  }

  /** postgres.md 1.14: the repair that keeps the lineage. */
  @Test
  void aReplicaThatKeptTheMarkerCannotArchiveUntilTheCheckIsSwitchedOff() {
    bench.cnpg.with(CnpgMishap.MARKER_STAYS);
    bench.cnpg.promote(bench.cluster.world(), DB, "db-2");
    bench.settle();
    assertThat(bench.condition(DB, "ContinuousArchiving"))
        .isEqualTo("False ContinuousArchivingFailing");
    assertThat(bench.cluster.log(Kinds.POD.ref("shop", "db-2"), "plugin-barman-cloud", 5))
        .contains("Expected empty archive");
    bench.annotate(DB, "cnpg.io/skipEmptyWalArchiveCheck", "enabled");
    bench.settle();
    assertThat(bench.condition(DB, "ContinuousArchiving"))
        .isEqualTo("True ContinuousArchivingSuccess");
    assertThat(bench.cnpg.archive().wal(STORE, "db")).contains("00000002.history");
  }

  @Test
  void withoutThePluginNothingGoesOn() {
    bench.cnpg.with(CnpgMishap.PLUGIN_UNKNOWN);
    bench.annotate(DB, "cnpg.io/hibernation", "on");
    bench.settle();
    assertThat(bench.phase(DB)).contains("unknown plugin");
    assertThat(bench.cnpg.isWritable(bench.cluster.world(), DB)).isTrue();
    bench.cnpg.without(CnpgMishap.PLUGIN_UNKNOWN);
    bench.settle();
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEqualTo("True Hibernated");
  }

  @Test
  void hibernationWaitsForAHealthyCluster() {
    bench.cnpg.with(CnpgMishap.NEVER_HEALTHY);
    bench.settle();
    bench.annotate(DB, "cnpg.io/hibernation", "on");
    bench.settle();
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEqualTo("False WaitingForHealthy");
    bench.cnpg.without(CnpgMishap.NEVER_HEALTHY);
    bench.settle();
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEqualTo("True Hibernated");
  }

  @Test
  void aPrimaryThatIgnoresTerminationHoldsHibernationUp() {
    bench.kubelet.ignoresTermination(CnpgModel::isPrimary);
    bench.annotate(DB, "cnpg.io/hibernation", "on");
    bench.settle();
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEqualTo("False WaitingPodsDeletion");
    assertThat(bench.cluster.get(Kinds.POD.ref("shop", "db-1"))).isPresent();
    bench.cluster.advance(Duration.ofMinutes(30));
    bench.settle();
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEqualTo("True Hibernated");
  }

  @Test
  void servicesAndSecretsMayOutliveTheCluster() {
    bench.cnpg.with(CnpgMishap.SLOW_SERVICES, CnpgMishap.SECRETS_COLLECTED_LATE);
    bench.cluster.advance(Duration.ofSeconds(1));
    bench.cluster.delete(DB);
    bench.cluster.settle(Duration.ofSeconds(10));
    assertThat(bench.cluster.get(DB)).isEmpty();
    assertThat(bench.read(Kinds.SERVICE.ref("shop", "db-rw")).terminating()).isTrue();
    assertThat(bench.read(Kinds.SECRET.ref("shop", "db-app")).terminating()).isTrue();
    bench.cluster.advance(Duration.ofSeconds(30));
    bench.settle();
    assertThat(bench.cluster.list(Kinds.SERVICE, "shop", Map.of())).isEmpty();
    assertThat(bench.cluster.list(Kinds.SECRET, "shop", Map.of()))
        .extracting(Seen::name)
        .containsExactly("store-credentials");
  }

  @Test
  void aBackupFailsOrWaitsForTheArchiver() {
    bench.cnpg.with(CnpgMishap.BACKUP_FAILS);
    assertThat(bench.backup("second", "db").text("/status/phase")).isEqualTo("failed");
    bench.cnpg.without(CnpgMishap.BACKUP_FAILS).with(CnpgMishap.BACKUP_WAITS_FOR_ARCHIVING);
    assertThat(bench.backup("third", "db").text("/status/phase")).isEqualTo("walArchivingFailing");
    bench.cnpg.without(CnpgMishap.BACKUP_WAITS_FOR_ARCHIVING);
    bench.settle();
    assertThat(bench.read(Kinds.DATABASE_BACKUP.ref("shop", "third")).text("/status/phase"))
        .isEqualTo("completed");
    assertThat(bench.cnpg.archive().backups(STORE, "db")).hasSize(2);
  }

  @Test
  void anOperatorThatHangsLeavesEverythingAsItIs() {
    bench.cnpg.with(CnpgMishap.OPERATOR_HANGS);
    bench.recover("db-r1", "db-v2", "");
    assertThat(bench.phase(COPY)).isEmpty();
    assertThat(bench.cnpg.isWritable(bench.cluster.world(), DB)).isTrue();
  }

  @Test
  void aScheduleFiresUntilItIsSuspended() {
    bench.cluster.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: ScheduledBackup
        metadata: {name: hourly, namespace: shop}
        spec:
          schedule: "0 0 * * * *"
          cluster: {name: db}
          method: plugin
          pluginConfiguration: {name: barman-cloud.cloudnative-pg.io}
        """);
    bench.settle();
    bench.cluster.advance(Duration.ofHours(1));
    bench.settle();
    assertThat(scheduled()).isEqualTo(1);
    var schedule = bench.read(Kinds.SCHEDULED_BACKUP.ref("shop", "hourly"));
    bench.cluster.write(schedule.edit().set("/spec/suspend", true).write());
    bench.cluster.advance(Duration.ofHours(1));
    bench.settle();
    assertThat(scheduled()).isEqualTo(1);
  }

  /** A pod that is deleted by a person: the replica takes over. */
  @Test
  void aPrimaryThatIsGoneIsReplaced() {
    bench.cluster.delete(Kinds.POD.ref("shop", "db-1"));
    bench.settle();
    assertThat(bench.phase(DB)).isEqualTo("Cluster in healthy state");
    assertThat(bench.read(DB).text("/status/currentPrimary")).isEqualTo("db-2");
    assertThat(bench.read(DB).number("/status/timelineID", 0)).isEqualTo(2);
    assertThat(bench.cnpg.rows(bench.cluster.world(), DB)).containsExactly("order-1");
  }

  /** postgres.md 1.10: claims first, then the pod. */
  @Test
  void aReplicaWhoseClaimsAreDeletedIsJoinedAgain() {
    var uid = bench.read(bench.claim("db-2")).uid();
    bench.cluster.delete(bench.claim("db-2"));
    bench.cluster.delete(bench.claim("db-2-wal"));
    bench.cluster.delete(Kinds.POD.ref("shop", "db-2"));
    bench.settle();
    assertThat(bench.phase(DB)).isEqualTo("Cluster in healthy state");
    assertThat(bench.read(bench.claim("db-2")).uid()).isNotEqualTo(uid);
    assertThat(CnpgModel.rowsOfClaim(bench.cluster.world(), bench.claim("db-2")))
        .containsExactly("order-1");
  }

  private long scheduled() {
    return bench
        .cluster
        .list(Kinds.DATABASE_BACKUP, "shop", Map.of("cnpg.io/scheduled-backup", "hourly"))
        .size();
  }
}
