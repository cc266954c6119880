package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * updateResourceStatus and persistentvolumeclaim/status.go: what the operator counts, by claims and
 * not by pods.
 */
final class CnpgStatus {
  private CnpgStatus() {}

  static void resources(CnpgCluster cluster) {
    var pods = cluster.pods();
    var claims = cluster.claims();
    var groups = new TreeMap<String, List<Seen>>();
    for (var claim : claims) {
      if (isUsable(claim) && CnpgCluster.serial(claim) > 0)
        groups
            .computeIfAbsent(cluster.instance(CnpgCluster.serial(claim)), _ -> new ArrayList<>())
            .add(claim);
    }
    var kinds = new TreeMap<String, ArrayNode>();
    for (var kind : List.of("dangling", "healthy", "initializing", "unusable"))
      kinds.put(kind, cluster.json.arrayNode());
    groups.forEach((instance, group) -> {
      var expected = cluster.expectedClaims(instance);
      for (var claim : group) {
        var complete = group.size() >= expected.size() && expected.contains(claim.name());
        Objects.requireNonNull(kinds.get(kind(cluster, claim, complete, pods))).add(claim.name());
      }
    });
    var status = cluster.status();
    kinds.forEach((kind, names) -> {
      if (names.isEmpty()) status.remove(kind + "PVC");
      else status.set(kind + "PVC", names);
    });
    status.put("instances", groups.size()).put("pvcCount", claims.size());
    var names = status.putArray("instanceNames");
    groups.keySet().forEach(names::add);
    var ready = (int) pods.stream().filter(Pods::isReady).count();
    if (ready == 0) status.remove("readyInstances");
    else status.put("readyInstances", ready);
    system(cluster, ready);
    status.put("jobCount", cluster.jobs().size());
    status.put("writeService", cluster.name() + "-rw").put("readService", cluster.name() + "-r");
    byHealth(cluster, pods);
    hibernation(cluster, pods);
    plugins(cluster);
  }

  /** A claim that is Lost or being deleted does not count. */
  static boolean isUsable(Seen claim) {
    return !claim.terminating()
        && Set.of("Pending", "Bound").contains(claim.text("/status/phase"))
        && Set.of("", Cnpg.READY, Cnpg.INITIALIZING).contains(claim.annotation(Cnpg.PVC_STATUS));
  }

  static void generated(CnpgCluster cluster, int serial) {
    var status = cluster.status();
    status.put("latestGeneratedNode", Math.max(serial, status.path("latestGeneratedNode").asInt()));
  }

  private static String kind(CnpgCluster cluster, Seen claim, boolean complete, List<Seen> pods) {
    if (!complete) return "unusable";
    for (var pod : pods) if (Pods.claims(pod).contains(claim.name())) return "healthy";
    for (var job : cluster.jobs()) {
      if (job.label(Cnpg.INSTANCE).equals(claim.label(Cnpg.INSTANCE))
          && !Pods.condition(job, "Complete")) return "initializing";
    }
    return "dangling";
  }

  private static void byHealth(CnpgCluster cluster, List<Seen> pods) {
    var found = cluster.status().putObject("instancesStatus");
    for (var pod : pods) {
      var kind =
          Pods.isReady(pod)
              ? "healthy"
              : pod.text("/status/phase").equals("Running") ? "replicating" : "failed";
      found.withArray(kind).add(pod.name());
    }
    if (found.isEmpty()) cluster.status().remove("instancesStatus");
  }

  /** Without an instance that answers the system identifier goes, the timeline stays. */
  private static void system(CnpgCluster cluster, int ready) {
    if (ready == 0) {
      cluster.status().remove("systemID");
      cluster.condition(
          "ConsistentSystemID",
          false,
          "NotFound",
          "No instances are present in the cluster to report a system ID.");
    } else {
      cluster.condition(
          "ConsistentSystemID",
          true,
          "Unique",
          "A single, unique system ID was found across reporting instances.");
    }
  }

  /** pkg/reconciler/hibernation/status.go EnrichStatus. */
  private static void hibernation(CnpgCluster cluster, List<Seen> pods) {
    if (!cluster.annotated(Cnpg.HIBERNATION, "on")) {
      cluster.withoutCondition(Cnpg.HIBERNATION);
      return;
    }
    var ongoing = !Set.of("", "WaitingForHealthy").contains(cluster.reason(Cnpg.HIBERNATION));
    if (!cluster.isHealthy() && !ongoing) {
      cluster.condition(
          Cnpg.HIBERNATION,
          false,
          "WaitingForHealthy",
          "Waiting for the cluster to be healthy before proceeding with hibernation");
      return;
    }
    var leaving = pods.stream().filter(Seen::terminating).findFirst();
    if (pods.isEmpty()) {
      cluster.condition(Cnpg.HIBERNATION, true, "Hibernated", "Cluster has been hibernated");
    } else if (leaving.isPresent()) {
      cluster.condition(
          Cnpg.HIBERNATION,
          false,
          "WaitingPodsDeletion",
          "Waiting for " + leaving.get().name() + " to be deleted");
    } else {
      cluster.condition(Cnpg.HIBERNATION, false, "DeletingPods", "Hibernation is in progress");
    }
  }

  private static void plugins(CnpgCluster cluster) {
    var names = new HashSet<String>();
    cluster.at("/spec/plugins").forEach(plugin -> names.add(plugin.path("name").asText()));
    if (names.isEmpty()) {
      cluster.status().remove("pluginStatus");
      return;
    }
    var status = cluster.status().putArray("pluginStatus");
    for (var entry : Map.of(Cnpg.PLUGIN, "0.14.0").entrySet()) {
      if (names.contains(entry.getKey()))
        status.addObject().put("name", entry.getKey()).put("version", entry.getValue());
    }
  }
}
