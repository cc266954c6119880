package dev.salvor.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the cluster serves, asked anew each time: a CRD may come or go while a recovery runs. */
final class Discovery {
  private final Rest rest;

  Discovery(Rest rest) {
    this.rest = rest;
  }

  /** The kind as served under this very group and version. */
  Optional<Kind> find(String apiVersion, String kind) {
    return rest.discover(Rest.root(apiVersion), false).stream()
        .flatMap(list -> stream(list.path("resources")))
        .filter(resource -> resource.path("kind").asText().equals(kind))
        .filter(resource -> !resource.path("name").asText().contains("/"))
        .map(resource ->
            new Kind(
                apiVersion,
                kind,
                resource.path("name").asText(),
                resource.path("namespaced").asBoolean()))
        .findFirst();
  }

  /** All namespaced kinds that can be listed, each in the version that its group prefers. */
  List<Kind> namespacedKinds() {
    var found = new ArrayList<Kind>();
    for (var root : List.of("api", "apis")) {
      var groups =
          rest.discover(root, true)
              .orElseThrow(
                  () -> new ClusterException.Unavailable("the API server has no /" + root));
      if (groups.path("kind").asText().equals("APIGroupDiscoveryList"))
        stream(groups.path("items")).forEach(group -> aggregated(group, found));
      else oneByOne(groups, found);
    }
    return List.copyOf(found);
  }

  private static void aggregated(JsonNode group, List<Kind> found) {
    var name = group.at("/metadata/name").asText("");
    var seen = new ArrayList<String>();
    for (var version : group.path("versions")) {
      var apiVersion = (name.isEmpty() ? "" : name + "/") + version.path("version").asText();
      for (var resource : version.path("resources")) {
        var plural = resource.path("resource").asText();
        var kind = resource.at("/responseKind/kind").asText();
        if (seen.contains(plural)) continue;
        seen.add(plural);
        if (resource.path("scope").asText().equals("Namespaced") && listable(resource))
          found.add(new Kind(apiVersion, kind, plural, true));
      }
    }
  }

  /** API servers before 1.30, and those with an old aggregator. */
  private void oneByOne(JsonNode groups, List<Kind> found) {
    var versions = new ArrayList<String>();
    groups.path("versions").forEach(version -> versions.add(version.asText()));
    groups
        .path("groups")
        .forEach(group -> versions.add(group.at("/preferredVersion/groupVersion").asText()));
    for (var apiVersion : versions) {
      rest.discover(Rest.root(apiVersion), false).stream()
          .flatMap(list -> stream(list.path("resources")))
          .filter(resource -> resource.path("namespaced").asBoolean() && listable(resource))
          .filter(resource -> !resource.path("name").asText().contains("/"))
          .map(resource ->
              new Kind(
                  apiVersion, resource.path("kind").asText(), resource.path("name").asText(), true))
          .forEach(found::add);
    }
  }

  private static boolean listable(JsonNode resource) {
    return stream(resource.path("verbs")).anyMatch(verb -> verb.asText().equals("list"));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
