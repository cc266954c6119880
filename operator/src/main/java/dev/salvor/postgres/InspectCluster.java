package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.api.Facts;
import dev.salvor.api.HoldFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the Cluster, its archive and its claims, and says everything that is in the way at once.
 * Looked at again after the copy was made: what changed in between is a refusal.
 *
 * @param namespace of the Cluster
 * @param called name of the Cluster; {@code name} is that of the step
 * @param template its manifest, for one that is gone
 */
public record InspectCluster(
    ClusterReader cluster, Run run, String namespace, String called, @Nullable ObjectNode template)
    implements Step.Look<Facts> {
  private static final List<String> SUSPEND = List.of("/spec/suspend");

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    if (!cluster.serves(Kinds.CLUSTER))
      return Sight.refused(
          facts,
          "CnpgMissing",
          "this cluster does not serve postgresql.cnpg.io/v1: CloudNativePG is not installed",
          "Install CloudNativePG in the version the Cluster was run with, then try again");
    var there = CnpgCluster.read(cluster, namespace, called);
    return there.isPresent() ? living(facts, there.get()) : gone(facts);
  }

  private Sight<Facts> living(Facts facts, CnpgCluster live) {
    var archive = Archiving.resolve(cluster, live.seen().json()).orElse(null);
    var database = new DatabaseReading(cluster, namespace, called).living(live, archive);
    var found = new Findings("InspectCluster");
    var obstacles = new ClusterObstacles(cluster, run, found);
    obstacles.living(live);
    obstacles.since(facts.postgres(), live, archive);
    obstacles.claims(live.uid(), Instance.of(cluster, namespace, called));
    new CnpgAlive(cluster, found).living(live, run);
    return told(facts, database, live.seen().json(), found);
  }

  private Sight<Facts> gone(Facts facts) {
    if (template == null || !template.at("/spec").isObject())
      return Sight.refused(
          facts,
          "ClusterMissing",
          "there is no Cluster " + called + " in namespace " + namespace,
          "Check spec.cluster; if the Cluster was lost, put its manifest from Git into spec.template of a new recovery");
    var manifest = ClusterManifest.of(namespace, called, template);
    var archive = Archiving.resolve(cluster, manifest).orElse(null);
    var database = new DatabaseReading(cluster, namespace, called).gone(manifest, archive);
    var found = new Findings("InspectCluster");
    var obstacles = new ClusterObstacles(cluster, run, found);
    obstacles.since(facts.postgres(), null, archive);
    obstacles.claims(null, Instance.of(cluster, namespace, called));
    new CnpgAlive(cluster, found).gone(manifest);
    return told(facts, database, manifest, found);
  }

  private Sight<Facts> told(Facts facts, DatabaseFacts database, ObjectNode json, Findings found) {
    var archive = database.archive();
    if (archive == null) return withoutArchive(facts, database, json);
    new ArchiveNeighbours(cluster, run, namespace, called, archive).into(found);
    new ClusterWarnings(cluster, namespace, called, found).of(json, archive);
    return Sight.seen(
        found
            .into(facts)
            .withSchedules(schedules())
            .withPostgres(facts.postgres().withDatabase(database)),
        words(database, archive) + found.count());
  }

  private Sight<Facts> withoutArchive(Facts facts, DatabaseFacts database, ObjectNode json) {
    var known = facts.withPostgres(facts.postgres().withDatabase(database));
    var store = Archiving.objectStore(json);
    if (store.isEmpty())
      return Sight.refused(
          known,
          "NoArchive",
          "Cluster "
              + called
              + " archives nowhere: it has neither the barman plugin nor spec.backup",
          "There is nothing to recover it from; restore the namespace's volumes with a NamespaceRestore");
    return Sight.refused(
        known,
        "ObjectStoreMissing",
        "Cluster " + called + " archives to ObjectStore " + store + ", which does not exist",
        "Create the ObjectStore (and its Secret) again, from Git, then try again");
  }

  private List<HoldFacts> schedules() {
    return cluster.list(Kinds.SCHEDULED_BACKUP, namespace).stream()
        .filter(schedule -> schedule.text("/spec/cluster/name").equals(called))
        .map(schedule ->
            new HoldFacts(schedule.ref(), schedule.uid(), Before.recorded(schedule, run, SUSPEND)))
        .toList();
  }

  private String words(DatabaseFacts database, Archive archive) {
    var state =
        database.uid() == null ? "is gone" : database.healthy() ? "is healthy" : "is not healthy";
    return "Cluster "
        + called
        + " "
        + state
        + ", "
        + database.instances()
        + (database.instances() == 1 ? " instance" : " instances")
        + ", archives to "
        + archive.serverName();
  }
}
