package dev.salvor.postgres;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.PostgresFacts;
import dev.salvor.api.PostgresRecoverySpec;
import dev.salvor.api.Recoverable;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import java.util.Collection;
import java.util.TreeSet;

/** Why the chosen point cannot become this Cluster's state. */
record PointObstacles(ClusterReader cluster, PostgresRecoverySpec spec, Findings found) {
  void of(Facts facts) {
    var known = facts.postgres();
    var database = known.knownDatabase();
    var point = known.knownPoint();
    major(database, point);
    lineage(known, point);
    size(database, point);
    tablespaces(database, point);
    backupId();
    latest(facts, database, point);
    version(facts, database, point);
  }

  /**
   * What runs, and what the spec asks for: they differ while an upgrade to a new major version
   * hangs, and copy and new Cluster are made from the spec (swap.md P7).
   */
  private void major(DatabaseFacts database, RecoveryPoint point) {
    if (point.major() == 0) return;
    var asked = DatabaseReading.image(database.knownManifest());
    var runs = database.major() == 0 || database.major() == point.major();
    if (runs && (asked.major() == 0 || asked.major() == point.major())) return;
    found.refuse(
        "MajorDiffers",
        "the base backup is of PostgreSQL "
            + point.major()
            + ", the Cluster "
            + (runs ? "asks for " + asked.text() : "runs " + database.major()),
        "Choose a base backup of PostgreSQL "
            + (runs ? asked.major() : database.major())
            + "; or recover this one with CloudNativePG alone, into a Cluster of another name with an image of "
            + point.major());
  }

  private void lineage(PostgresFacts known, RecoveryPoint point) {
    if (!point.serverName().equals(known.knownLineage())) return;
    found.refuse(
        "LineageIsSource",
        "the Cluster would archive into the lineage it is recovered from, " + point.serverName(),
        "Name another spec.lineage, or leave it out, in a new recovery");
  }

  private void size(DatabaseFacts database, RecoveryPoint point) {
    var bytes = CopyRoom.dataBytes(database.knownManifest());
    if (bytes == 0 || point.bytes() <= bytes) return;
    found.refuse(
        "StorageTooSmall",
        "the base backup has "
            + point.bytes()
            + " bytes, and spec.storage of the Cluster with its tablespaces only "
            + bytes,
        "Enlarge spec.storage.size of the Cluster, then try again");
  }

  /**
   * CloudNativePG demands the exact list of the base backup (v1.30.0 docs/src/tablespaces.md): only
   * those of the spec have a volume.
   */
  private void tablespaces(DatabaseFacts database, RecoveryPoint point) {
    var inBackup = point.tablespaces();
    if (inBackup == null) return;
    var inSpec = new TreeSet<String>();
    for (var space : database.knownManifest().at("/spec/tablespaces"))
      inSpec.add(space.path("name").asText());
    if (inSpec.equals(new TreeSet<>(inBackup))) return;
    found.refuse(
        "TablespacesChanged",
        "the base backup has "
            + words(inBackup)
            + ", spec.tablespaces of the Cluster "
            + words(inSpec),
        "Choose a base backup with the same tablespaces; or recover this one with CloudNativePG alone, into a Cluster of another name with the tablespaces of then");
  }

  private static String words(Collection<String> tablespaces) {
    return tablespaces.isEmpty()
        ? "no tablespace"
        : "tablespaces " + String.join(", ", tablespaces);
  }

  private void backupId() {
    var goal = spec.goal();
    var needed =
        switch (goal.type()) {
          case Xid, Name, Immediate -> true;
          case Latest, Time, Lsn -> false;
        };
    if (needed && goal.backupID() == null)
      found.refuse(
          "BackupIdNeeded",
          "nobody can tell which base backup lies before a " + goal.type(),
          "Set spec.target.backupID in a new recovery; status.recoverable lists what there is");
  }

  /**
   * DESIGN D5, swap.md P10: what is committed after the copy was made is only kept by following.
   */
  private void latest(Facts facts, DatabaseFacts database, RecoveryPoint point) {
    if (facts.postgres().follow() == null) return;
    CnpgCluster.read(cluster, facts.knownTarget().namespace(), database.name())
        .flatMap(live -> FollowObstacles.of(live, database, point))
        .ifPresent(why ->
            found.refuse(
                "LatestWouldLose",
                "the primary lives, and no copy can follow it until it is shut down, so that"
                    + " everything committed after the copy was made would be lost: "
                    + why,
                "Mend it, then try again; or use strategy: InPlace, which takes a last backup first"
                    + " and loses nothing, or give a target.time, in a new recovery"));
  }

  /** cloudnative-pg #10818; in-tree recovery does not go through the instance manager. */
  private void version(Facts facts, DatabaseFacts database, RecoveryPoint point) {
    var version =
        CnpgVersion.read(cluster, facts.knownTarget().namespace(), database.name()).orElse(null);
    if (version == null) return;
    var start = startOf(facts.postgres(), point);
    if (version.losesTimelines()
        && database.knownArchive().plugin()
        && point.newestTimeline() > start)
      found.refuse(
          "CnpgLosesTimelines",
          "CloudNativePG "
              + version
              + " refuses history files during a recovery (#10818): it would stay on timeline "
              + start
              + " of the base backup, and the lineage goes up to "
              + point.newestTimeline(),
          "Upgrade CloudNativePG to 1.28.4, 1.29.2, 1.30.0 or newer, or choose a base backup of timeline "
              + point.newestTimeline());
    else if (version.hangsSilently())
      found.warn(
          "CnpgHasKnownBugs",
          "CloudNativePG "
              + version
              + " does not say when a recovery has failed (#11035, #11039); Salvor watches its Jobs and logs itself",
          "Upgrade to 1.28.4, 1.29.2, 1.30.0 or newer when you can");
  }

  /** The timeline that the base backup was taken on; 1 if nobody knows, which is the safe side. */
  private static long startOf(PostgresFacts known, RecoveryPoint point) {
    return known.recoverable().stream()
        .filter(one -> one.lineage().equals(point.serverName()))
        .filter(one -> one.backupID().equals(point.backupId()))
        .mapToLong(Recoverable::timeline)
        .min()
        .orElse(1);
  }
}
