package dev.salvor.gitops;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The controllers of Flux and Argo CD, found by the labels that their own manifests carry. */
final class Controllers {
  private Controllers() {}

  /** Deployments and StatefulSets of the controller, in whatever namespace. */
  static List<Seen> of(ClusterReader cluster, String controller) {
    var label =
        controller.startsWith("argocd") ? "app.kubernetes.io/name" : "app.kubernetes.io/component";
    var found = new ArrayList<>(cluster.list(Kinds.DEPLOYMENT, "", Map.of(label, controller)));
    found.addAll(cluster.list(Kinds.STATEFUL_SET, "", Map.of(label, controller)));
    return found;
  }

  /**
   * True if it is certain that no process of the controller runs: it is there, and scaled to
   * nothing. Whatever starts later reads the hold before it does anything.
   */
  static boolean off(ClusterReader cluster, String controller) {
    var found = of(cluster, controller);
    return !found.isEmpty()
        && found.stream()
            .allMatch(one ->
                one.number("/spec/replicas", 1) == 0
                    && one.number("/status/replicas", 0) == 0
                    && one.number("/status/observedGeneration", 0)
                        >= one.number("/metadata/generation", 0)
                    // a pod that is on its way out may still be in the middle of a run
                    && cluster.list(Kinds.POD, one.namespace(), selector(one)).isEmpty());
  }

  private static Map<String, String> selector(Seen controller) {
    var labels = new LinkedHashMap<String, String>();
    controller
        .at("/spec/selector/matchLabels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }

  /** How to switch it off for certain. */
  static String offCommand(ClusterReader cluster, String controller) {
    return of(cluster, controller).stream()
        .findFirst()
        .map(one ->
            "kubectl -n "
                + one.namespace()
                + " scale "
                + one.ref().kind().toLowerCase(Locale.ROOT)
                + " "
                + one.name()
                + " --replicas=0")
        .orElse("scale " + controller + " to 0 replicas");
  }
}
