package dev.salvor.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.util.Optional;

/**
 * Other Clusters that have to do with the same archive. The copies of this run and what they read
 * from are no strangers.
 */
record ArchiveNeighbours(
    ClusterReader cluster, Run run, String namespace, String name, Archive archive) {
  void into(Findings found) {
    for (var seen : cluster.list(Kinds.CLUSTER, "")) {
      var other = new CnpgCluster(seen);
      if (seen.label(Marks.RUN).equals(run.uid())) continue;
      if (other.namespace().equals(namespace) && other.name().equals(name)) continue;
      if (other.archive(cluster).filter(this::same).isPresent())
        found.refuse(
            "ArchiveShared",
            seen.ref().text() + " archives into the same place, " + archive.serverName(),
            "Give one of them another serverName, with an ArchiveReset; then try again");
      else if (reads(other)) read(found, other);
    }
  }

  private void read(Findings found, CnpgCluster other) {
    var text = other.seen().ref().text();
    if (other.replica() || other.systemId().isEmpty())
      found.refuse(
          "ArchiveFollowed",
          text
              + (other.replica() ? " is a replica that follows" : " is being recovered from")
              + " the archive "
              + archive.serverName()
              + "; it would not see the new lineage",
          "Promote or delete that Cluster, or wait until it is healthy; then try again");
    else
      found.warn(
          "ArchiveNamedElsewhere",
          text + " still names the archive " + archive.serverName() + " in spec.externalClusters",
          "Nothing, if it was only made from it; it has its data");
  }

  private boolean reads(CnpgCluster other) {
    for (var source : other.seen().at("/spec/externalClusters"))
      if (source(other, source).filter(this::same).isPresent()) return true;
    return false;
  }

  private Optional<Archive> source(CnpgCluster other, JsonNode source) {
    var store = source.at("/plugin/parameters/barmanObjectName").asText("");
    if (!store.isEmpty())
      return cluster
          .get(Kinds.OBJECT_STORE.ref(other.namespace(), store))
          .map(found -> found.text("/spec/configuration/destinationPath"))
          .map(path ->
              new Archive(
                  store, path, source.at("/plugin/parameters/serverName").asText(other.name())));
    var inTree = source.path("barmanObjectStore");
    if (!inTree.isObject()) return Optional.empty();
    return Optional.of(
        new Archive(
            null,
            inTree.path("destinationPath").asText(""),
            inTree.path("serverName").asText(source.path("name").asText())));
  }

  private boolean same(Archive other) {
    return other.serverName().equals(archive.serverName()) && path(other).equals(path(archive));
  }

  private static String path(Archive archive) {
    return archive.destinationPath().replaceFirst("/+$", "");
  }
}
