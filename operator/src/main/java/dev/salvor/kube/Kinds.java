package dev.salvor.kube;

import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import java.util.List;
import java.util.stream.Stream;

/** Every kind that Salvor reads or writes. A kind that is not here cannot be touched. */
public final class Kinds {
  public static final Kind NAMESPACE = new Kind("v1", "Namespace", "namespaces", false);
  public static final Kind NODE = new Kind("v1", "Node", "nodes", false);
  public static final Kind POD = new Kind("v1", "Pod", "pods", true);
  public static final Kind PVC =
      new Kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims", true);
  public static final Kind PV = new Kind("v1", "PersistentVolume", "persistentvolumes", false);
  public static final Kind CONFIG_MAP = new Kind("v1", "ConfigMap", "configmaps", true);
  public static final Kind SECRET = new Kind("v1", "Secret", "secrets", true);
  public static final Kind SERVICE = new Kind("v1", "Service", "services", true);
  public static final Kind RESOURCE_QUOTA = new Kind("v1", "ResourceQuota", "resourcequotas", true);
  public static final Kind REPLICATION_CONTROLLER =
      new Kind("v1", "ReplicationController", "replicationcontrollers", true);
  public static final Kind STORAGE_CLASS =
      new Kind("storage.k8s.io/v1", "StorageClass", "storageclasses", false);
  public static final Kind VOLUME_ATTACHMENT =
      new Kind("storage.k8s.io/v1", "VolumeAttachment", "volumeattachments", false);
  public static final Kind NETWORK_POLICY =
      new Kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", true);
  public static final Kind ROLE_BINDING =
      new Kind("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", true);
  public static final Kind LEASE = new Kind("coordination.k8s.io/v1", "Lease", "leases", true);
  public static final Kind DEPLOYMENT = new Kind("apps/v1", "Deployment", "deployments", true);
  public static final Kind REPLICA_SET = new Kind("apps/v1", "ReplicaSet", "replicasets", true);
  public static final Kind STATEFUL_SET = new Kind("apps/v1", "StatefulSet", "statefulsets", true);
  public static final Kind DAEMON_SET = new Kind("apps/v1", "DaemonSet", "daemonsets", true);
  public static final Kind JOB = new Kind("batch/v1", "Job", "jobs", true);
  public static final Kind CRON_JOB = new Kind("batch/v1", "CronJob", "cronjobs", true);
  public static final Kind HPA =
      new Kind("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", true);
  public static final Kind SCALED_OBJECT =
      new Kind("keda.sh/v1alpha1", "ScaledObject", "scaledobjects", true);

  public static final Kind BACKUP = new Kind("velero.io/v1", "Backup", "backups", true);
  public static final Kind RESTORE = new Kind("velero.io/v1", "Restore", "restores", true);
  public static final Kind SCHEDULE = new Kind("velero.io/v1", "Schedule", "schedules", true);
  public static final Kind BACKUP_STORAGE_LOCATION =
      new Kind("velero.io/v1", "BackupStorageLocation", "backupstoragelocations", true);
  public static final Kind POD_VOLUME_BACKUP =
      new Kind("velero.io/v1", "PodVolumeBackup", "podvolumebackups", true);
  public static final Kind POD_VOLUME_RESTORE =
      new Kind("velero.io/v1", "PodVolumeRestore", "podvolumerestores", true);
  public static final Kind DOWNLOAD_REQUEST =
      new Kind("velero.io/v1", "DownloadRequest", "downloadrequests", true);
  public static final Kind DATA_DOWNLOAD =
      new Kind("velero.io/v2alpha1", "DataDownload", "datadownloads", true);
  public static final Kind VOLUME_SNAPSHOT =
      new Kind("snapshot.storage.k8s.io/v1", "VolumeSnapshot", "volumesnapshots", true);
  public static final Kind VOLUME_SNAPSHOT_CONTENT =
      new Kind(
          "snapshot.storage.k8s.io/v1", "VolumeSnapshotContent", "volumesnapshotcontents", false);

  public static final Kind CLUSTER = new Kind("postgresql.cnpg.io/v1", "Cluster", "clusters", true);
  public static final Kind DATABASE_BACKUP =
      new Kind("postgresql.cnpg.io/v1", "Backup", "backups", true);
  public static final Kind SCHEDULED_BACKUP =
      new Kind("postgresql.cnpg.io/v1", "ScheduledBackup", "scheduledbackups", true);
  public static final Kind POOLER = new Kind("postgresql.cnpg.io/v1", "Pooler", "poolers", true);
  public static final Kind DATABASE =
      new Kind("postgresql.cnpg.io/v1", "Database", "databases", true);
  public static final Kind OBJECT_STORE =
      new Kind("barmancloud.cnpg.io/v1", "ObjectStore", "objectstores", true);
  public static final Kind MARIADB =
      new Kind("k8s.mariadb.com/v1alpha1", "MariaDB", "mariadbs", true);
  public static final Kind CUSTOM_RESOURCE_DEFINITION =
      new Kind(
          "apiextensions.k8s.io/v1",
          "CustomResourceDefinition",
          "customresourcedefinitions",
          false);

  public static final Kind ADMISSION_POLICY =
      new Kind(
          "admissionregistration.k8s.io/v1",
          "ValidatingAdmissionPolicy",
          "validatingadmissionpolicies",
          false);
  public static final Kind ADMISSION_BINDING =
      new Kind(
          "admissionregistration.k8s.io/v1",
          "ValidatingAdmissionPolicyBinding",
          "validatingadmissionpolicybindings",
          false);

  public static final Kind GIT_REPOSITORY =
      new Kind("source.toolkit.fluxcd.io/v1", "GitRepository", "gitrepositories", true);
  public static final Kind OCI_REPOSITORY =
      new Kind("source.toolkit.fluxcd.io/v1", "OCIRepository", "ocirepositories", true);
  public static final Kind BUCKET =
      new Kind("source.toolkit.fluxcd.io/v1", "Bucket", "buckets", true);
  public static final Kind KUSTOMIZATION =
      new Kind("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "kustomizations", true);
  public static final Kind HELM_RELEASE =
      new Kind("helm.toolkit.fluxcd.io/v2", "HelmRelease", "helmreleases", true);
  public static final Kind APPLICATION =
      new Kind("argoproj.io/v1alpha1", "Application", "applications", true);
  public static final Kind APPLICATION_SET =
      new Kind("argoproj.io/v1alpha1", "ApplicationSet", "applicationsets", true);

  public static final Kind REPLICATION_SOURCE =
      new Kind("volsync.backube/v1alpha1", "ReplicationSource", "replicationsources", true);
  public static final Kind REPLICATION_DESTINATION =
      new Kind(
          "volsync.backube/v1alpha1", "ReplicationDestination", "replicationdestinations", true);

  public static final Kind LONGHORN_VOLUME =
      new Kind("longhorn.io/v1beta2", "Volume", "volumes", true);
  public static final Kind LONGHORN_BACKUP =
      new Kind("longhorn.io/v1beta2", "Backup", "backups", true);
  public static final Kind LONGHORN_BACKUP_TARGET =
      new Kind("longhorn.io/v1beta2", "BackupTarget", "backuptargets", true);
  public static final Kind LONGHORN_ENGINE =
      new Kind("longhorn.io/v1beta2", "Engine", "engines", true);
  public static final Kind LONGHORN_REPLICA =
      new Kind("longhorn.io/v1beta2", "Replica", "replicas", true);
  public static final Kind LONGHORN_NODE = new Kind("longhorn.io/v1beta2", "Node", "nodes", true);

  public static final Kind EXTERNAL_SECRET =
      new Kind("external-secrets.io/v1", "ExternalSecret", "externalsecrets", true);

  public static final Kind NAMESPACE_RESTORE =
      new Kind(Marks.GROUP + "/v1alpha1", "NamespaceRestore", "namespacerestores", true);
  public static final Kind POSTGRES_RECOVERY =
      new Kind(Marks.GROUP + "/v1alpha1", "PostgresRecovery", "postgresrecoveries", true);
  public static final Kind ARCHIVE_RESET =
      new Kind(Marks.GROUP + "/v1alpha1", "ArchiveReset", "archiveresets", true);

  public static final Kind NODE_LOSS_RECOVERY =
      new Kind(Marks.GROUP + "/v1alpha1", "NodeLossRecovery", "nodelossrecoveries", false);

  public static final Kind VOLUME_RECOVERY =
      new Kind(Marks.GROUP + "/v1alpha1", "VolumeRecovery", "volumerecoveries", true);

  /** Salvor's own. */
  public static final List<Kind> RECOVERIES =
      List.of(
          NAMESPACE_RESTORE, POSTGRES_RECOVERY, ARCHIVE_RESET, NODE_LOSS_RECOVERY, VOLUME_RECOVERY);

  /** Those that it reads. */
  public static final List<Kind> ALL =
      List.of(
          NAMESPACE,
          NODE,
          POD,
          PVC,
          PV,
          CONFIG_MAP,
          SECRET,
          SERVICE,
          RESOURCE_QUOTA,
          REPLICATION_CONTROLLER,
          STORAGE_CLASS,
          VOLUME_ATTACHMENT,
          NETWORK_POLICY,
          LEASE,
          DEPLOYMENT,
          REPLICA_SET,
          STATEFUL_SET,
          DAEMON_SET,
          JOB,
          CRON_JOB,
          HPA,
          SCALED_OBJECT,
          BACKUP,
          RESTORE,
          SCHEDULE,
          BACKUP_STORAGE_LOCATION,
          POD_VOLUME_BACKUP,
          POD_VOLUME_RESTORE,
          DOWNLOAD_REQUEST,
          DATA_DOWNLOAD,
          VOLUME_SNAPSHOT,
          VOLUME_SNAPSHOT_CONTENT,
          CLUSTER,
          DATABASE_BACKUP,
          SCHEDULED_BACKUP,
          POOLER,
          DATABASE,
          OBJECT_STORE,
          MARIADB,
          CUSTOM_RESOURCE_DEFINITION,
          ADMISSION_POLICY,
          ADMISSION_BINDING,
          GIT_REPOSITORY,
          OCI_REPOSITORY,
          BUCKET,
          KUSTOMIZATION,
          HELM_RELEASE,
          APPLICATION,
          APPLICATION_SET,
          NAMESPACE_RESTORE,
          POSTGRES_RECOVERY,
          ARCHIVE_RESET,
          NODE_LOSS_RECOVERY,
          REPLICATION_SOURCE,
          REPLICATION_DESTINATION,
          LONGHORN_VOLUME,
          LONGHORN_BACKUP,
          LONGHORN_BACKUP_TARGET,
          LONGHORN_ENGINE,
          LONGHORN_REPLICA,
          LONGHORN_NODE,
          EXTERNAL_SECRET,
          VOLUME_RECOVERY);

  /** Written and never read. */
  private static final List<Kind> BLIND = List.of(ROLE_BINDING);

  private Kinds() {}

  /** The kind of an object. */
  public static Kind of(Ref ref) {
    return Stream.concat(ALL.stream(), BLIND.stream())
        .filter(kind -> kind.of(ref))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                ref.apiVersion() + " " + ref.kind() + " is not a kind that Salvor knows"));
  }
}
