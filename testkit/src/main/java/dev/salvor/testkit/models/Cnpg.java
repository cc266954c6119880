package dev.salvor.testkit.models;

/** Words of CloudNativePG 1.30 (pkg/utils/labels_annotations.go, api/v1/cluster_types.go). */
final class Cnpg {
  static final String VERSION = "1.30.0";
  static final String PLUGIN = "barman-cloud.cloudnative-pg.io";
  static final String IMAGE = "ghcr.example.org/cloudnative-pg/postgresql:17.4";
  static final int MAJOR = 17;

  static final String CLUSTER = "cnpg.io/cluster";
  static final String INSTANCE = "cnpg.io/instanceName";
  static final String INSTANCE_ROLE = "cnpg.io/instanceRole";
  static final String OLD_ROLE = "role";
  static final String POD_ROLE = "cnpg.io/podRole";
  static final String JOB_ROLE = "cnpg.io/jobRole";
  static final String PVC_ROLE = "cnpg.io/pvcRole";
  static final String TABLESPACE = "cnpg.io/tablespaceName";

  static final String SERIAL = "cnpg.io/nodeSerial";
  static final String PVC_STATUS = "cnpg.io/pvcStatus";
  static final String OPERATOR_VERSION = "cnpg.io/operatorVersion";
  static final String HIBERNATION = "cnpg.io/hibernation";
  static final String FENCED = "cnpg.io/fencedInstances";
  static final String RECONCILIATION = "cnpg.io/reconciliationLoop";
  static final String SKIP_EMPTY_CHECK = "cnpg.io/skipEmptyWalArchiveCheck";
  static final String SKIP_VALIDATION = "cnpg.io/validation";

  static final String PRIMARY = "primary";
  static final String REPLICA = "replica";
  static final String READY = "ready";
  static final String INITIALIZING = "initializing";

  static final String INITDB = "initdb";
  static final String RECOVERY = "full-recovery";
  static final String JOIN = "join";
  static final String SIDECAR = "plugin-barman-cloud";

  static final String HEALTHY = "Cluster in healthy state";
  static final String FIRST_PRIMARY = "Setting up primary";
  static final String CREATING_REPLICA = "Creating a new replica";
  static final String WAITING = "Waiting for the instances to become active";
  static final String FAILING_OVER = "Failing over";
  static final String UNRECOVERABLE = "Cluster is unrecoverable and needs manual intervention";
  static final String UNKNOWN_PLUGIN =
      "Cluster cannot proceed to reconciliation due to an unknown plugin being required";

  private Cnpg() {}
}
