package dev.salvor.velero;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The pods of Velero's node-agent, one for each node whose volumes it can fill; found by the label
 * that Velero itself looks for (velero pkg/nodeagent/node_agent.go).
 *
 * @param ready names of the nodes where one is ready
 */
record NodeAgents(Set<String> ready) {
  static NodeAgents in(ClusterReader cluster, String velero) {
    return new NodeAgents(
        cluster.list(Kinds.POD, velero, Map.of("role", "node-agent")).stream()
            .filter(NodeAgents::serves)
            .map(pod -> pod.text("/spec/nodeName"))
            .collect(Collectors.toSet()));
  }

  boolean readyOn(String node) {
    return ready.contains(node);
  }

  /** Nodes that pods without special tolerations are put on, but that have no node-agent. */
  List<String> lackingOn(List<Seen> nodes) {
    return nodes.stream()
        .filter(node -> !node.flag("/spec/unschedulable") && !tainted(node))
        .map(Seen::name)
        .filter(node -> !ready.contains(node))
        .sorted()
        .toList();
  }

  private static boolean tainted(Seen node) {
    for (var taint : node.at("/spec/taints"))
      if (!taint.path("effect").asText().equals("PreferNoSchedule")) return true;
    return false;
  }

  private static boolean serves(Seen pod) {
    if (pod.terminating()) return false;
    return pod.condition("Ready").isMissingNode()
        ? pod.text("/status/phase").equals("Running")
        : pod.isTrue("Ready");
  }
}
