package dev.salvor.postgres;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.api.Marks;
import dev.salvor.api.PostgresFacts;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What forbids to recover a Cluster (DESIGN D10, D11; swap.md P4, P5, P16). */
record ClusterObstacles(ClusterReader cluster, Run run, Findings found) {
  void living(CnpgCluster live) {
    var text = live.seen().ref().text();
    if (live.seen().terminating())
      found.refuse(
          "ClusterTerminating",
          text + " is being deleted since " + live.seen().text("/metadata/deletionTimestamp"),
          "Wait until it is gone, then apply a new recovery with its manifest in spec.template");
    if (live.replica())
      found.refuse(
          "ReplicaCluster",
          text + " is a replica cluster, or is being promoted (spec.replica)",
          "Recover its primary cluster, or promote it and take spec.replica out first");
    var ours = Before.heldBy(live.seen(), run);
    if (!ours && !live.seen().annotation(Marks.HELD_BY).isEmpty())
      found.refuse(
          "HeldByAnother",
          text + " is held by " + live.seen().annotation(Marks.HELD_BY),
          "Wait for the end of that recovery, then try again");
    else if (!ours) held(live, text);
  }

  /** What somebody else has switched off for a reason of their own. */
  private void held(CnpgCluster live, String text) {
    if (live.hibernationAsked() || live.hibernated())
      found.refuse(
          "ClusterHibernated",
          text + " was hibernated by somebody",
          "Wake it: kubectl -n "
              + live.namespace()
              + " annotate cluster "
              + live.name()
              + " cnpg.io/hibernation=off --overwrite; then try again");
    if (live.fenced())
      found.refuse(
          "ClusterFenced",
          text + " is fenced: " + live.seen().annotation(Cnpg.FENCED),
          "Lift it: kubectl cnpg fencing off " + live.name() + " \"*\"; then try again");
    if (!live.reconciled())
      found.refuse(
          "ReconciliationDisabled",
          text + " carries cnpg.io/reconciliationLoop: disabled, so its operator looks away",
          "Find out who set it and why, take the annotation off, then try again");
  }

  /** What changed after the copy was made; it was made for that Cluster. */
  void since(PostgresFacts known, @Nullable CnpgCluster live, @Nullable Archive archive) {
    var before = known.database();
    if (known.copy() == null || before == null) return;
    var uid = live == null ? null : live.uid();
    if (before.uid() == null ? uid != null : !before.uid().equals(uid))
      found.refuse(
          "ClusterChanged",
          "Cluster "
              + before.name()
              + " is not the one that was looked at before the copy was made: UID "
              + (uid == null ? "none" : uid)
              + " instead of "
              + (before.uid() == null ? "none" : before.uid()),
          "Find out who made it anew, then apply a new recovery; this one can be aborted without harm");
    image(before, live);
    if (archive != null && before.archive() != null && !archive.equals(before.archive()))
      found.refuse(
          "ArchiveChanged",
          "Cluster "
              + before.name()
              + " now archives to "
              + archive.serverName()
              + " in "
              + archive.destinationPath()
              + ", and to "
              + before.archive().serverName()
              + " in "
              + before.archive().destinationPath()
              + " when the copy was made",
          "Find out who changed it, then apply a new recovery; this one can be aborted without harm");
  }

  /** Data of one major version under the image of another does not start (swap.md P7). */
  private void image(DatabaseFacts before, @Nullable CnpgCluster live) {
    if (live == null) return;
    var then = DatabaseReading.image(before.knownManifest());
    var now = DatabaseReading.image(live.seen().json());
    var known = DatabaseReading.major(live.seen().json());
    if (then.sameMajor(now) && (before.major() == 0 || known == 0 || before.major() == known))
      return;
    found.refuse(
        "ImageChanged",
        "Cluster "
            + before.name()
            + " runs "
            + now.text()
            + ", and the copy was recovered with "
            + then.text(),
        "Apply a new recovery, which chooses a base backup of that version; this one can be aborted without harm");
  }

  /**
   * Claims without this Cluster as their owner: it would adopt all of them when it is made anew,
   * and takes the one with the highest serial for its primary.
   */
  void claims(@Nullable String uid, List<Instance> instances) {
    var strange =
        uid == null ? instances : instances.stream().filter(one -> !one.ownedBy(uid)).toList();
    if (uid == null ? strange.size() <= 1 : strange.isEmpty()) return;
    found.refuse(
        "OrphanClaims",
        "claims carry the Cluster's label but are not its own: "
            + String.join(", ", strange.stream().flatMap(one -> one.names().stream()).toList())
            + "; CloudNativePG could take any of them for the primary's",
        "Find out which one holds data that is needed, set its volume to reclaim policy Retain, and delete the claims that are not needed; then try again");
  }
}
