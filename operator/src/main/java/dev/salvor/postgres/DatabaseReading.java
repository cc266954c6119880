package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.kube.ClusterReader;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the facts of a Cluster, living or gone, out of what the API server shows. */
record DatabaseReading(ClusterReader cluster, String namespace, String name) {
  private static final Pattern TAG = Pattern.compile(":([0-9]{2})(?:[._-]|$)");

  DatabaseFacts living(CnpgCluster live, @Nullable Archive archive) {
    var instances = Instance.of(cluster, namespace, name);
    var primary = instances.stream().filter(one -> one.name().equals(live.primary())).findFirst();
    return new DatabaseFacts(
        name,
        live.uid(),
        ClusterManifest.of(namespace, name, live.seen().json()),
        live.healthy(),
        live.healthy() && !live.replica() && !live.fenced() && live.reconciled(),
        live.instances(),
        live.primary().isEmpty() ? null : live.primary(),
        primary.map(Instance::serial).orElse(0),
        primary.map(Instance::names).orElse(List.of()),
        others(instances, primary.map(Instance::name).orElse("")),
        live.systemId().isEmpty() ? null : live.systemId(),
        live.timeline(),
        major(live.seen().json()),
        archive);
  }

  /** Of a Cluster that is gone; what claims it left, if they are of one instance only. */
  DatabaseFacts gone(ObjectNode manifest, @Nullable Archive archive) {
    var instances = Instance.of(cluster, namespace, name);
    Optional<Instance> only =
        instances.size() == 1 ? Optional.of(instances.getFirst()) : Optional.empty();
    return new DatabaseFacts(
        name,
        null,
        manifest,
        false,
        false,
        manifest.at("/spec/instances").asInt(1),
        only.map(Instance::name).orElse(null),
        only.map(Instance::serial).orElse(0),
        only.map(Instance::names).orElse(List.of()),
        only.isPresent() ? List.of() : others(instances, ""),
        null,
        0,
        major(manifest),
        archive);
  }

  private static List<String> others(List<Instance> instances, String primary) {
    return instances.stream()
        .filter(one -> !one.name().equals(primary))
        .flatMap(one -> one.names().stream())
        .toList();
  }

  /**
   * The image that a spec asks for, and not that which runs.
   *
   * @param major 0 if its name does not tell
   */
  record Image(String text, int major) {
    /** True if they are of one major version for sure. */
    boolean sameMajor(Image other) {
      return text.equals(other.text) || major > 0 && major == other.major;
    }
  }

  static Image image(ObjectNode cluster) {
    var catalogue = cluster.at("/spec/imageCatalogRef");
    if (catalogue.isObject()) {
      var major = catalogue.path("major").asInt(0);
      return new Image("catalogue " + catalogue.path("name").asText() + " major " + major, major);
    }
    var name = cluster.at("/spec/imageName").asText("");
    var tag = TAG.matcher(name.replaceFirst("@.*", ""));
    return new Image(
        name.isEmpty() ? "the operator's image" : name,
        tag.find() ? Integer.parseInt(tag.group(1)) : 0);
  }

  /** PostgreSQL's major version; 0 if neither status nor image tells. */
  static int major(ObjectNode cluster) {
    for (var pointer :
        List.of("/status/pgDataImageInfo/majorVersion", "/spec/imageCatalogRef/major"))
      if (cluster.at(pointer).asInt(0) > 0) return cluster.at(pointer).asInt();
    for (var pointer : List.of("/status/image", "/spec/imageName")) {
      var tag = TAG.matcher(cluster.at(pointer).asText("").replaceFirst("@.*", ""));
      if (tag.find()) return Integer.parseInt(tag.group(1));
    }
    return 0;
  }
}
