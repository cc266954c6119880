package dev.salvor.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.DatabaseFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * By what a client knows a database: Secrets and Services, by owner and by the names that
 * CloudNativePG gives (cloudnative-pg api/v1/cluster_funcs.go), and those of its Poolers.
 *
 * @param poolers the Poolers of the Cluster
 */
record DatabaseNames(Set<String> secrets, Set<String> services, List<Seen> poolers) {
  private static final String CLUSTER = "cnpg.io/cluster";
  private static final List<String> SECRETS =
      List.of("-app", "-superuser", "-ca", "-server", "-replication");
  private static final List<String> SERVICES = List.of("-rw", "-ro", "-r");

  static DatabaseNames of(ClusterReader cluster, String namespace, DatabaseFacts database) {
    var name = database.name();
    var poolers =
        cluster.list(Kinds.POOLER, namespace).stream()
            .filter(pooler -> pooler.text("/spec/cluster/name").equals(name))
            .toList();
    var secrets = new TreeSet<String>();
    SECRETS.forEach(suffix -> secrets.add(name + suffix));
    var services = new TreeSet<String>();
    SERVICES.forEach(suffix -> services.add(name + suffix));
    poolers.forEach(pooler -> services.add(pooler.name()));
    manifest(database, secrets, services);
    var owners = new HashSet<String>();
    if (database.uid() != null) owners.add(database.uid());
    owned(cluster, Kinds.SECRET, namespace, owners, secrets);
    poolers.forEach(pooler -> owners.add(pooler.uid()));
    owned(cluster, Kinds.SERVICE, namespace, owners, services);
    // a Service that somebody made for the instances, or as another name of one of these
    for (var service : cluster.list(Kinds.SERVICE, namespace)) {
      if (service.at("/spec/selector").path(CLUSTER).asText("").equals(name))
        services.add(service.name());
      var other = service.text("/spec/externalName");
      var end = other.indexOf('.');
      if (end > 0
          && services.contains(other.substring(0, end))
          && other.startsWith(namespace, end + 1)) services.add(service.name());
    }
    return new DatabaseNames(Set.copyOf(secrets), Set.copyOf(services), poolers);
  }

  /** What the Cluster's manifest names. */
  private static void manifest(DatabaseFacts database, Set<String> secrets, Set<String> services) {
    var manifest = database.manifest();
    if (manifest == null) return;
    var spec = manifest.path("spec");
    for (var way : List.of("initdb", "recovery", "pg_basebackup"))
      add(spec.at("/bootstrap/" + way + "/secret/name"), secrets);
    add(spec.at("/superuserSecret/name"), secrets);
    for (var role : spec.at("/managed/roles")) add(role.at("/passwordSecret/name"), secrets);
    for (var service : spec.at("/managed/services/additional"))
      add(service.at("/serviceTemplate/metadata/name"), services);
  }

  private static void owned(
      ClusterReader cluster, Kind kind, String namespace, Set<String> owners, Set<String> names) {
    for (var object : cluster.list(kind, namespace))
      for (var owner : object.at("/metadata/ownerReferences"))
        if (owners.contains(owner.path("uid").asText())) names.add(object.name());
  }

  private static void add(JsonNode name, Set<String> names) {
    if (!name.asText("").isEmpty()) names.add(name.asText());
  }
}
