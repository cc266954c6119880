package dev.salvor.movers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Where the mover has to run, if volumes are bound to nodes: the first pod of a waiting claim
 * decides, and the application has to find the copy where it can run, beside its other volumes
 * (swap.md N1, N2). In VolSync that is {@code moverAffinity}.
 */
record Nearby(ClusterReader cluster, String namespace, String claim) {
  private static final String REQUIRED =
      "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";

  /** Puts it on top of the mover's own wishes. */
  void into(ObjectNode settings) {
    var terms = new ArrayList<JsonNode>(List.of(Json.object()));
    cluster.list(Kinds.POD, namespace).stream()
        .filter(this::uses)
        .min(Comparator.comparing(Seen::name))
        .ifPresent(pod -> of(pod, terms));
    if (terms.size() == 1 && terms.getFirst().isEmpty()) return;
    // those the backup runs under, too
    both(terms, settings.at(REQUIRED.replace("/affinity", "/moverAffinity")));
    settings
        .withObject("/moverAffinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution")
        .putArray("nodeSelectorTerms")
        .addAll(terms);
  }

  private void of(Seen pod, List<JsonNode> terms) {
    var labels = Json.object();
    pod.at("/spec/nodeSelector")
        .properties()
        .forEach(label -> {
          var one = labels.withArray("matchExpressions").addObject();
          one.put("key", label.getKey()).put("operator", "In");
          one.putArray("values").add(label.getValue().asText());
        });
    both(terms, list(labels));
    both(terms, pod.at("/spec" + REQUIRED));
    for (var volume : pod.at("/spec/volumes")) {
      var other = volume.at("/persistentVolumeClaim/claimName").asText("");
      if (other.isEmpty() || other.equals(claim)) continue;
      cluster
          .get(Kinds.PVC.ref(namespace, other))
          .map(found -> found.text("/spec/volumeName"))
          .filter(name -> !name.isEmpty())
          .flatMap(name -> cluster.get(Kinds.PV.ref(name)))
          .ifPresent(
              found -> both(terms, found.at("/spec/nodeAffinity/required/nodeSelectorTerms")));
    }
  }

  private static JsonNode list(ObjectNode term) {
    var all = Json.MAPPER.createArrayNode();
    return term.isEmpty() ? all : all.add(term);
  }

  private boolean uses(Seen pod) {
    if (Set.of("Succeeded", "Failed").contains(pod.text("/status/phase"))) return false;
    if (pod.label("app.kubernetes.io/created-by").equals("volsync")) return false;
    for (var volume : pod.at("/spec/volumes"))
      if (volume.at("/persistentVolumeClaim/claimName").asText("").equals(claim)) return true;
    return false;
  }

  /** Every term of the one with every term of the other. */
  private static void both(List<JsonNode> terms, JsonNode others) {
    if (!(others instanceof ArrayNode) || others.isEmpty()) return;
    var all = new ArrayList<JsonNode>();
    for (var one : terms) for (var other : others) all.add(and(one, other));
    terms.clear();
    terms.addAll(all);
  }

  private static JsonNode and(JsonNode one, JsonNode other) {
    var both = Json.object();
    for (var field : List.of("matchExpressions", "matchFields")) {
      var all = Json.MAPPER.createArrayNode();
      one.path(field).forEach(all::add);
      for (var each : other.path(field)) if (!contains(all, each)) all.add(each);
      if (!all.isEmpty()) both.set(field, all);
    }
    return both;
  }

  private static boolean contains(ArrayNode all, JsonNode one) {
    for (var each : all) if (each.equals(one)) return true;
    return false;
  }
}
