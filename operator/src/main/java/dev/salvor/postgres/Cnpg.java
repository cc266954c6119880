package dev.salvor.postgres;

import java.util.List;

/**
 * Labels, annotations, names and phases of CloudNativePG (cloudnative-pg v1.30.0
 * pkg/utils/labels_annotations.go, api/v1/cluster_types.go).
 */
final class Cnpg {
  /** Label of everything of a Cluster; value: its name. */
  static final String CLUSTER = "cnpg.io/cluster";

  /** Label of claims, pods and Jobs; value: {@code db-2}. */
  static final String INSTANCE = "cnpg.io/instanceName";

  /** Label: {@code primary} or {@code replica}. */
  static final String INSTANCE_ROLE = "cnpg.io/instanceRole";

  /** Label of claims: {@link #DATA}, {@link #WAL} or {@link #TABLESPACE}. */
  static final String PVC_ROLE = "cnpg.io/pvcRole";

  static final String DATA = "PG_DATA";
  static final String WAL = "PG_WAL";
  static final String TABLESPACE = "PG_TABLESPACE";

  /** Label of a tablespace's claim. */
  static final String TABLESPACE_NAME = "cnpg.io/tablespaceName";

  /** Label of Jobs and their pods: {@code full-recovery}, {@code initdb}, {@code join}, … */
  static final String JOB_ROLE = "cnpg.io/jobRole";

  /** Label of pods: {@code instance} or {@code pooler}. */
  static final String POD_ROLE = "cnpg.io/podRole";

  /** Annotation of claims: the number in the instance's name. */
  static final String SERIAL = "cnpg.io/nodeSerial";

  /** Annotation of claims: {@code initializing}, {@code ready} or {@code detached}. */
  static final String PVC_STATUS = "cnpg.io/pvcStatus";

  /** Annotation of what the operator makes: its own version. */
  static final String OPERATOR_VERSION = "cnpg.io/operatorVersion";

  /** Annotation of a Cluster: {@code on} or {@code off}. */
  static final String HIBERNATION = "cnpg.io/hibernation";

  /** Annotation of a Cluster: JSON list of instances whose PostgreSQL is stopped. */
  static final String FENCED = "cnpg.io/fencedInstances";

  /** Annotation of a Cluster: {@code disabled} makes the operator look away. */
  static final String RECONCILIATION = "cnpg.io/reconciliationLoop";

  /** Annotation of a Cluster: {@code enabled} switches off the check for an empty archive. */
  static final String SKIP_EMPTY_CHECK = "cnpg.io/skipEmptyWalArchiveCheck";

  /** Annotation of a Cluster: {@code enabled} throws WAL away instead of archiving it. */
  static final String SKIP_ARCHIVING = "cnpg.io/skipWalArchiving";

  /** The barman plugin; also the name of its native sidecar's logger prefix. */
  static final String PLUGIN = "barman-cloud.cloudnative-pg.io";

  /** The barman plugin's container in pods and Jobs, an init container that keeps running. */
  static final String PLUGIN_CONTAINER = "plugin-barman-cloud";

  static final String HEALTHY = "Cluster in healthy state";
  static final String SETTING_UP = "Setting up primary";
  static final String UNRECOVERABLE = "Cluster is unrecoverable and needs manual intervention";
  static final String UNKNOWN_PLUGIN =
      "Cluster cannot proceed to reconciliation due to an unknown plugin being required";
  static final String FAILURE_PLUGIN =
      "Cluster cannot proceed to reconciliation due to an error while interacting with plugins";
  static final String IMAGE_CATALOG_ERROR = "Cluster has incomplete or invalid image catalog";
  static final String CANNOT_CREATE = "Unable to create required cluster objects";
  static final String DEFINITION_INVALID = "Invalid cluster definition";
  static final String NO_DISK_SPACE = "Not enough disk space";

  /** Longest name of a Cluster that CloudNativePG takes. */
  static final int LONGEST_NAME = 50;

  private Cnpg() {}

  /** Claim roles, in the order in which facts list the claims of an instance. */
  static List<String> claimRoles() {
    return List.of(DATA, WAL, TABLESPACE);
  }
}
