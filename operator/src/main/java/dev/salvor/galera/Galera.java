package dev.salvor.galera;

import dev.salvor.kube.Seen;
import java.util.Optional;

/**
 * A MariaDB with Galera, as mariadb-operator 0.38 shows it (api/v1alpha1/mariadb_galera_types.go).
 */
record Galera(Seen seen) {
  static final String FORCED = "/spec/galera/recovery/forceClusterBootstrapInPod";
  private static final String STATUS = "/status/galeraRecovery";

  /** A history without a beginning: what a member has that was never filled, or not to the end. */
  private static final String NO_HISTORY = "00000000-0000-0000-0000-000000000000";

  /**
   * Where a member's data stands.
   *
   * @param history UUID of the cluster's history
   * @param seqno number of the last write; -1 if it did not stop in order and nobody has looked
   */
  record Position(String history, long seqno) {
    boolean known() {
      return seqno >= 0;
    }
  }

  /** The operator says that its members are a cluster, all of them. */
  boolean ready() {
    return condition("GaleraReady");
  }

  /** And that nothing else is amiss either. */
  boolean healthy() {
    return ready() && condition("Ready");
  }

  /** The operator brings such a cluster back by itself. */
  boolean recovers() {
    return seen.flag("/spec/galera/recovery/enabled") && !seen.flag("/spec/suspend");
  }

  long members() {
    return seen.number("/spec/replicas", 1);
  }

  /** Pod that the operator is told to begin a new cluster in; empty for none. */
  String forced() {
    return seen.text(FORCED);
  }

  /** Pod that the operator has begun a new cluster in; empty if it has not come to that. */
  String bootstrapping() {
    return seen.text(STATUS + "/bootstrap/pod");
  }

  /**
   * As the operator has learnt it: from {@code grastate.dat}, else by recovery Jobs. Empty for a
   * member it has not asked, and for one whose data has no history: a state transfer that did not
   * end leaves that, too (pkg/controller/galera/recovery_status.go, shouldSkipRecoverer).
   */
  Optional<Position> position(String pod) {
    var recovered = read(STATUS + "/recovered/" + pod);
    var state = read(STATUS + "/state/" + pod);
    if (recovered.filter(Position::known).isPresent()) return recovered;
    if (state.filter(Position::known).isPresent()) return state;
    // a recovery Job that has found nothing knows better than the file
    return seen.has(STATUS + "/recovered/" + pod) ? recovered : state;
  }

  /** A recovery Job has looked, and there is no history: nothing to begin a cluster from. */
  boolean bare(String pod) {
    return seen.text(STATUS + "/recovered/" + pod + "/uuid").equals(NO_HISTORY);
  }

  private Optional<Position> read(String pointer) {
    var uuid = seen.text(pointer + "/uuid");
    return uuid.isEmpty() || uuid.equals(NO_HISTORY)
        ? Optional.empty()
        : Optional.of(new Position(uuid, seen.number(pointer + "/seqno", -1)));
  }

  private boolean condition(String type) {
    return seen.isTrue(type);
  }

  /**
   * Of a pod: its sidecar says that the member is in a cluster with a quorum. Of a Node: its
   * kubelet answers.
   */
  static boolean isReady(Seen pod) {
    return pod.isTrue("Ready");
  }
}
