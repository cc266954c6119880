package dev.salvor.testkit.models;

import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Admission;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.VolumeData;
import dev.salvor.testkit.World;
import dev.salvor.testkit.models.PgData.Op;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * CloudNativePG 1.30 with the barman-cloud plugin 0.14, or with the archiver in the tree: the
 * operator, the instance manager in every pod, the recovery Job, Backups and ScheduledBackups
 * (postgres.md 1). Needs {@link JobModel}, {@link KubeletModel}, {@link PvBinderModel}, {@link
 * ProvisionerModel} and {@link PvcProtectionModel} beside it, and a StorageClass for its claims.
 *
 * <p>A database is on its volumes ({@link dev.salvor.testkit.VolumeData}): system identifier,
 * timeline and every commit with its time. Rows are {@link #insert inserted} by tests, a row's name
 * being one word; {@link #rows} reads them from the volume behind a claim, whoever made it.
 */
public final class CnpgModel implements Model {
  private final ArchiveModel archive = new ArchiveModel();
  private final Set<CnpgMishap> mishaps = EnumSet.noneOf(CnpgMishap.class);
  private final CnpgJobs jobs = new CnpgJobs(archive, mishaps);
  private final CnpgInstances instances = new CnpgInstances(archive, mishaps);
  private final CnpgBackups backups = new CnpgBackups(archive, instances, mishaps);
  private final CnpgSchedules schedules = new CnpgSchedules();
  private final CnpgOperator operator = new CnpgOperator(mishaps);
  private final CnpgDisturbances disturbances = new CnpgDisturbances(mishaps);

  /** Runs its Jobs and instances in the pods of this kubelet. */
  public CnpgModel(KubeletModel kubelet) {
    kubelet.program(jobs).program(instances);
  }

  /** Makes things go wrong from here on. */
  public CnpgModel with(CnpgMishap... more) {
    mishaps.addAll(List.of(more));
    return this;
  }

  /** Makes it go right again. */
  public CnpgModel without(CnpgMishap mishap) {
    mishaps.remove(mishap);
    return this;
  }

  /** True until a mishap that happens once has happened. */
  public boolean expects(CnpgMishap mishap) {
    return mishaps.contains(mishap);
  }

  /**
   * How long the pod of a recovery runs; 2 s if not set. {@code settle} takes 3 s without a change
   * for the end.
   */
  public CnpgModel recoveryTakes(Duration time) {
    jobs.recovery(time);
    return this;
  }

  /** After this time a segment with commits is closed; 5 min if not set, as CloudNativePG does. */
  public CnpgModel archiveTimeout(Duration timeout) {
    instances.archiveTimeout(timeout);
    return this;
  }

  /** The object stores of all archives. */
  public ArchiveModel archive() {
    return archive;
  }

  /** The validating webhook, to be given to {@code FakeCluster.admission}. */
  public Admission webhook() {
    return new CnpgWebhook();
  }

  @Override
  public void act(World world) {
    disturbances.act(world);
    for (var seen : world.look(Kinds.CLUSTER, "")) {
      if (!mishaps.contains(CnpgMishap.OPERATOR_HANGS))
        CnpgCluster.find(world, seen.namespace(), seen.name()).ifPresent(operator::reconcile);
      CnpgCluster.find(world, seen.namespace(), seen.name()).ifPresent(instances::act);
    }
    CnpgEndpoints.act(world);
    if (mishaps.contains(CnpgMishap.OPERATOR_HANGS)) return;
    schedules.act(world);
    backups.act(world);
  }

  // ---- what tests do with a database

  /** INSERT, committed at a time that must not go back. */
  public void insert(World world, Ref cluster, String row, Instant at) {
    write(world, cluster, data -> data.commit(at, Op.INSERT, row));
  }

  /** DELETE of a row. */
  public void delete(World world, Ref cluster, String row, Instant at) {
    write(world, cluster, data -> data.commit(at, Op.DELETE, row));
  }

  /** {@code pg_create_restore_point(name)}. */
  public void restorePoint(World world, Ref cluster, String name) {
    write(world, cluster, data -> data.commit(world.now(), Op.RESTORE_POINT, name));
  }

  /** {@code pg_switch_wal()}: the segment goes to the archive at the next round. */
  public void switchWal(World world, Ref cluster) {
    write(world, cluster, PgData::switchWal);
  }

  /** True if an INSERT would succeed. */
  public boolean isWritable(World world, Ref cluster) {
    return CnpgCluster.find(world, namespace(cluster), cluster.name())
        .flatMap(instances::writable)
        .isPresent();
  }

  /** The rows that a SELECT on the primary finds; empty if there is no primary that answers. */
  public List<String> rows(World world, Ref cluster) {
    return CnpgCluster.find(world, namespace(cluster), cluster.name())
        .flatMap(instances::writable)
        .map(pod -> rowsOfClaim(world, Kinds.PVC.ref(pod.namespace(), pod.name())))
        .orElse(List.of());
  }

  /** The rows of the database on the volume behind a claim; empty if there is no database. */
  public static List<String> rowsOfClaim(World world, Ref claim) {
    return CnpgVolumes.read(world, namespace(claim), claim.name())
        .map(PgData::rows)
        .orElse(List.of());
  }

  /** The rows of the database on a volume, by UID of the PersistentVolume. */
  public static List<String> rowsOfVolume(World world, String pvUid) {
    return PgData.parse(world.volumeData().of(pvUid)).map(PgData::rows).orElse(List.of());
  }

  /**
   * What is on a volume, in short: of a database its last row, timeline and rows; of its WAL and
   * tablespaces whose they are; anything else as it is.
   */
  public static String outline(VolumeData volumes, String pvUid) {
    var text = volumes.of(pvUid);
    var of = text.indexOf(" of ");
    var part = of < 0 ? "" : text.substring(0, of);
    if (!text.startsWith("PGDATA ") && !part.equals("wal") && !part.startsWith("tbs-")) return text;
    var dir = part.isEmpty() ? text.split(" ", 3)[1] : text.substring(of + 4);
    return volumes.all().values().stream()
        .filter(other -> other.startsWith("PGDATA " + dir + " "))
        .flatMap(other -> PgData.parse(part.isEmpty() ? text : other).stream())
        .map(data -> outline(data) + (part.isEmpty() ? "" : ", " + part))
        .sorted()
        .findFirst()
        .orElse(part + " of a database that is gone");
  }

  private static String outline(PgData data) {
    var rows = data.rows();
    return (rows.isEmpty() ? "empty" : rows.getLast())
        + " of system "
        + data.systemId
        + " on timeline "
        + data.timeline
        + ": "
        + rows;
  }

  /** The system identifier of the database behind a claim. */
  public static Optional<String> systemId(World world, Ref claim) {
    return CnpgVolumes.read(world, namespace(claim), claim.name()).map(data -> data.systemId);
  }

  /** {@code kubectl cnpg promote} (postgres.md 1.9). */
  public void promote(World world, Ref cluster, String instance) {
    var found = CnpgCluster.find(world, namespace(cluster), cluster.name()).orElseThrow();
    found
        .status()
        .put("targetPrimary", instance)
        .put("targetPrimaryTimestamp", world.now().toString());
    found.phase("Switchover in progress", "Switching over to " + instance);
    found.save();
  }

  /** The pod of a primary, for {@link KubeletModel#ignoresTermination}. */
  public static boolean isPrimary(Seen pod) {
    return pod.label(Cnpg.INSTANCE_ROLE).equals(Cnpg.PRIMARY);
  }

  private void write(World world, Ref ref, Consumer<PgData> change) {
    var cluster = CnpgCluster.find(world, namespace(ref), ref.name()).orElseThrow();
    var pod =
        instances
            .writable(cluster)
            .orElseThrow(() -> new IllegalStateException(ref.text() + " takes no writes"));
    var data = instances.data(cluster, pod);
    change.accept(data);
    CnpgVolumes.write(world, pod, data);
  }

  private static String namespace(Ref ref) {
    var namespace = ref.namespace();
    if (namespace == null) throw new IllegalArgumentException(ref.text());
    return namespace;
  }
}
