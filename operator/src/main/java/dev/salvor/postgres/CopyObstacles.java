package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.util.HashMap;
import java.util.Map;

/** Why a copy cannot live beside the Cluster. */
record CopyObstacles(ClusterReader cluster, Run run, Findings found) {
  void of(Facts facts) {
    new CopyRoom(cluster)
        .lacking(facts)
        .ifPresent(why ->
            found.refuse(
                "NoRoomForCopy",
                "there is no room for a copy beside the Cluster: " + why,
                "Raise the quota for the time of the recovery and try again, or use strategy: InPlace in a new one"));
    var manifest = CopyManifest.of(cluster, run, facts);
    services(facts, manifest);
    cluster
        .rehearse(new Write.Create(manifest))
        .ifPresent(why ->
            found.refuse(
                "CopyRefused",
                "a dry run of the Cluster beside, " + Names.copy(facts) + ", is refused: " + why,
                "Mend the Cluster's spec until it is taken, then try again"));
  }

  /** A Service that chooses pods by less than the Cluster's name would serve the copy's data. */
  private void services(Facts facts, ObjectNode manifest) {
    var labels = labels(manifest, Names.copy(facts));
    for (var service : cluster.list(Kinds.SERVICE, facts.knownTarget().namespace()))
      if (selects(service, labels))
        found.refuse(
            "ServiceSelectsCopy",
            service.ref().text()
                + " would send production's connections to the copy: it selects pods by "
                + service.at("/spec/selector"),
            "Add cnpg.io/cluster: "
                + facts.postgres().knownDatabase().name()
                + " to its selector, then try again");
  }

  private static boolean selects(Seen service, Map<String, String> labels) {
    var selector = service.at("/spec/selector");
    if (!selector.isObject() || selector.isEmpty()) return false;
    for (var entry : selector.properties())
      if (!entry.getValue().asText().equals(labels.get(entry.getKey()))) return false;
    return true;
  }

  /** What CloudNativePG puts on the pod of a primary (v1.30.0 pkg/specs/pods.go). */
  private static Map<String, String> labels(ObjectNode manifest, String copy) {
    var labels = new HashMap<String, String>();
    manifest
        .at("/spec/inheritedMetadata/labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    labels.put(Cnpg.CLUSTER, copy);
    labels.put(Cnpg.INSTANCE, copy + "-1");
    labels.put(Cnpg.INSTANCE_ROLE, "primary");
    labels.put("role", "primary");
    labels.put(Cnpg.POD_ROLE, "instance");
    labels.put("app.kubernetes.io/name", "postgresql");
    labels.put("app.kubernetes.io/component", "database");
    labels.put("app.kubernetes.io/instance", copy);
    labels.put("app.kubernetes.io/managed-by", "cloudnative-pg");
    return labels;
  }
}
