package dev.salvor.testkit.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.testkit.Manifests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Puts CustomResourceDefinitions into a cluster. */
final class CrdInstaller {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ClusterWorld world;

  CrdInstaller(ClusterWorld world) {
    this.world = world;
  }

  /** Returns when all of them are established; throws with the API server's reason if not. */
  void install(String yaml) {
    var waiting = new ArrayList<Ref>();
    for (var crd : Manifests.parse(yaml)) {
      // what a generator left there is not accepted on the way in
      crd.remove("status");
      world.apply(crd);
      waiting.add(Manifests.ref(crd));
    }
    Patience.until(
        PATIENCE,
        () -> waiting.isEmpty() ? "" : "not established: " + waiting,
        () -> {
          waiting.removeIf(this::established);
          return waiting.isEmpty();
        });
  }

  private boolean established(Ref ref) {
    var conditions = world.get(ref).map(CrdInstaller::conditions).orElse(List.of());
    for (var condition : conditions) {
      var type = condition.path("type").asText();
      var status = condition.path("status").asText();
      if (type.equals("NamesAccepted") && status.equals("False"))
        throw new IllegalStateException(ref.text() + ": " + condition.path("message").asText());
      if (type.equals("Established") && status.equals("True")) return true;
    }
    return false;
  }

  private static List<JsonNode> conditions(ObjectNode crd) {
    var found = new ArrayList<JsonNode>();
    crd.at("/status/conditions").forEach(found::add);
    return found;
  }
}
