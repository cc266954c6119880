package dev.salvor.api;

/** Labels, annotations and names that Salvor writes on objects, all below {@link #GROUP}. */
public final class Marks {
  /** API group of the kinds, and prefix of every mark. */
  public static final String GROUP = "recovery.salvor.dev";

  /**
   * Field manager of every write; must not begin with {@code kubectl}, which Flux takes over
   * (fluxcd/pkg ssa/patch.go).
   */
  public static final String MANAGER = "salvor";

  /**
   * Annotation: {@link #by} of the recovery that holds this object; with {@link #BEFORE} it lets
   * anybody give it back.
   */
  public static final String HELD_BY = GROUP + "/held-by";

  /** Annotation: JSON object of the values as they were before the hold. */
  public static final String BEFORE = GROUP + "/before";

  /**
   * Annotation: {@link #by} of the recovery that may delete this object; the admission policy asks
   * for it (S9).
   */
  public static final String CONDEMNED = GROUP + "/condemned-by";

  /**
   * Annotation on a claim that waits to be bound: when it was last touched, so that the binder
   * looks at it again (see SwapVolumes).
   */
  public static final String NUDGED = GROUP + "/nudged";

  /**
   * Annotation on a CloudNativePG Cluster: the only serverName it may archive to until GitOps has
   * been given back. The chart's admission policy refuses everybody else's change of it.
   */
  public static final String LINEAGE = GROUP + "/lineage";

  /** Label: UID of the recovery an object was made by or is used by. */
  public static final String RUN = GROUP + "/run";

  /** Label on a PersistentVolume: {@link #ROLE_OLD} or {@link #ROLE_NEW}. */
  public static final String ROLE = GROUP + "/role";

  public static final String ROLE_OLD = "old";
  public static final String ROLE_NEW = "new";

  /**
   * Annotation on a PersistentVolume: the reclaim policy it had before Salvor set {@code Retain}.
   */
  public static final String POLICY_BEFORE = GROUP + "/reclaim-policy-before";

  /** Label on a namespace that no recovery may touch; any value but {@code "false"}. */
  public static final String PROTECTED = GROUP + "/protected";

  /** Scheduling gate of every pod that a Restore brings, until it is a held pod (DESIGN D1). */
  public static final String GATE = GROUP + "/held";

  /** Label on held pods and check pods. */
  public static final String HELD_POD = GROUP + "/held-pod";

  /**
   * Velero leaves objects with this label ({@code "true"}) out of backups (velero
   * pkg/apis/velero/v1/labels_annotations.go).
   */
  public static final String EXCLUDE_FROM_BACKUP = "velero.io/exclude-from-backup";

  /** Finalizer of every recovery. */
  public static final String FINALIZER = GROUP + "/finalizer";

  private Marks() {}

  /** How a recovery signs what it holds: {@code Kind/namespace/name/uid}. */
  public static String by(String kind, String namespace, String name, String uid) {
    return kind + "/" + namespace + "/" + name + "/" + uid;
  }
}
