package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.util.Optional;

/** The Cluster on record, as it is now. */
final class Recorded {
  private Recorded() {}

  /** Empty if it is gone, is being deleted, or another one has its name. */
  static Optional<CnpgCluster> read(ClusterReader cluster, Facts facts) {
    var uid = facts.postgres().knownDatabase().uid();
    return now(cluster, facts).filter(live -> live.uid().equals(uid) && !live.seen().terminating());
  }

  /** Whatever has its name now. */
  static Optional<CnpgCluster> now(ClusterReader cluster, Facts facts) {
    return CnpgCluster.read(
        cluster, facts.knownTarget().namespace(), facts.postgres().knownDatabase().name());
  }

  /** The instance whose claims are exchanged: it is the primary, before and after. */
  static String primary(Facts facts) {
    var database = facts.postgres().knownDatabase();
    var primary = database.primary();
    if (primary != null) return primary;
    // the claim for the data has the name of its instance
    return database.claims().isEmpty() ? database.name() + "-1" : database.claims().getFirst();
  }

  /** {@code Cluster shop/db}. */
  static String text(Facts facts) {
    return CnpgCluster.ref(facts.knownTarget().namespace(), facts.postgres().knownDatabase().name())
        .text();
  }

  /** Why {@link #read} is empty. */
  static Outcome changed(ClusterReader cluster, Facts facts) {
    var uid = facts.postgres().knownDatabase().uid();
    var now =
        now(cluster, facts)
            .map(live ->
                live.uid().equals(uid)
                    ? "it is being deleted since " + live.seen().text("/metadata/deletionTimestamp")
                    : "another one has its name, UID " + live.uid())
            .orElse("it does not exist any more");
    return Outcome.failed(
        "ClusterChanged",
        text(facts) + ", UID " + uid + ", is not the one that was approved: " + now,
        "find out who changed it, then raise spec.retry to look again and approve again");
  }

  /** Somebody else's recovery works on it. */
  static Optional<Outcome> foreign(CnpgCluster live, Run run) {
    var holder = live.seen().annotation(Marks.HELD_BY);
    if (holder.isEmpty() || holder.equals(run.by())) return Optional.empty();
    return Optional.of(
        Outcome.failed(
            "HeldByAnother",
            live.seen().ref().text() + " is held by " + holder,
            "Wait for the end of that recovery, then raise spec.retry"));
  }
}
