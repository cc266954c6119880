package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;

/** What the approver should know of a Cluster, and what does not stop anything. */
record ClusterWarnings(ClusterReader cluster, String namespace, String name, Findings found) {
  void of(ObjectNode json, Archive archive) {
    retention(json, archive);
    objects();
    archiving(json);
    if (!archive.plugin())
      found.warn(
          "InTreeBackup",
          "the Cluster archives with spec.backup.barmanObjectStore, which CloudNativePG 1.31 is to remove",
          "Move to the barman-cloud plugin before you upgrade CloudNativePG");
  }

  /** postgres.md PH10. */
  private void retention(ObjectNode json, Archive archive) {
    var store = archive.objectStore();
    var policy =
        store == null
            ? json.at("/spec/backup/retentionPolicy").asText("")
            : cluster
                .get(Kinds.OBJECT_STORE.ref(namespace, store))
                .map(seen -> seen.text("/spec/retentionPolicy"))
                .orElse("");
    if (!policy.isEmpty())
      found.warn(
          "RetentionEnds",
          "nobody applies the retention policy of "
              + policy
              + " to the old lineage "
              + archive.serverName()
              + " any more once the Cluster archives elsewhere",
          "Delete the old lineage from the bucket when nobody needs it any more");
  }

  /** swap.md P15. */
  private void objects() {
    var databases =
        cluster.list(Kinds.DATABASE, namespace).stream()
            .filter(seen -> seen.text("/spec/cluster/name").equals(name))
            .map(Seen::name)
            .toList();
    if (!databases.isEmpty())
      found.warn(
          "DatabaseObjects",
          "CloudNativePG applies these Database objects again, also to a state from before they existed: "
              + String.join(", ", databases),
          "Compare them with what is in the database after the recovery");
  }

  private void archiving(ObjectNode json) {
    var live = new CnpgCluster(new Seen(CnpgCluster.ref(namespace, name), json));
    if (live.seen().annotation(Cnpg.SKIP_ARCHIVING).equals("enabled"))
      found.warn(
          "ArchivingSkipped",
          "the Cluster throws its WAL away (cnpg.io/skipWalArchiving): nothing since then can come back",
          "Take the annotation off after the recovery");
    live.archiving()
        .filter(condition -> !condition.isTrue())
        .ifPresent(condition ->
            found.warn(
                "ArchivingFails",
                "the Cluster cannot archive its WAL since "
                    + condition.since().map(Object::toString).orElse("an unknown time")
                    + ": "
                    + condition.message(),
                "Mend it first if the newest transactions are wanted: an ArchiveReset says what is wrong"));
  }
}
