package dev.salvor.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * One Secret that keeps copies of all Secrets a Cluster owns, because they go with it, and new ones
 * would have new passwords and a new CA (postgres.md 1.5). One entry for each, named after it; the
 * values are nowhere else.
 */
final class SavedSecrets {
  private SavedSecrets() {}

  static Ref ref(Run run, String namespace) {
    return Kinds.SECRET.ref(namespace, "salvor-" + run.shortId() + "-secrets");
  }

  /** The keeper, if it is of this run. */
  static Optional<Seen> kept(ClusterReader cluster, Run run, String namespace) {
    return cluster
        .get(ref(run, namespace))
        .filter(seen -> seen.label(Marks.RUN).equals(run.uid()) && !seen.terminating());
  }

  /** By owner, not by a list of names: Secrets of certificates, users and plugins too. */
  static List<Seen> owned(ClusterReader cluster, CnpgCluster live) {
    return cluster.list(Kinds.SECRET, live.namespace()).stream().filter(live::owns).toList();
  }

  static ObjectNode manifest(Run run, String namespace, List<Seen> secrets) {
    var keeper = Json.object().put("apiVersion", "v1").put("kind", "Secret");
    var metadata = keeper.putObject("metadata");
    metadata.put("name", ref(run, namespace).name()).put("namespace", namespace);
    metadata.putObject("labels").put(Marks.RUN, run.uid()).put(Marks.EXCLUDE_FROM_BACKUP, "true");
    metadata.putObject("annotations").put(Marks.HELD_BY, run.by());
    keeper.set("data", data(secrets));
    return keeper;
  }

  static ObjectNode data(List<Seen> secrets) {
    var data = Json.object();
    for (var secret : secrets)
      data.put(
          secret.name(),
          Base64.getEncoder()
              .encodeToString(bare(secret.json()).toString().getBytes(StandardCharsets.UTF_8)));
    return data;
  }

  /** The Secrets to create again; none has an owner. */
  static List<ObjectNode> unpack(Seen keeper) {
    var found = new ArrayList<ObjectNode>();
    for (var entry : keeper.at("/data").properties()) {
      var bytes = Base64.getDecoder().decode(entry.getValue().asText());
      found.add(Json.parse(new String(bytes, StandardCharsets.UTF_8)));
    }
    return found;
  }

  /** True if the live Secret says the same as the saved one. */
  static boolean same(Seen live, ObjectNode saved) {
    return live.at("/data").equals(saved.at("/data")) && live.at("/type").equals(saved.at("/type"));
  }

  private static ObjectNode bare(ObjectNode secret) {
    var bare = Json.object().put("apiVersion", "v1").put("kind", "Secret");
    var metadata = bare.putObject("metadata");
    for (var field : List.of("name", "namespace"))
      metadata.set(field, secret.path("metadata").path(field));
    for (var field : List.of("labels", "annotations")) {
      var kept = withoutOurs(secret.path("metadata").path(field));
      if (!kept.isEmpty()) metadata.set(field, kept);
    }
    for (var field : List.of("type", "immutable", "data"))
      if (secret.has(field)) bare.set(field, secret.get(field));
    return bare;
  }

  private static ObjectNode withoutOurs(JsonNode marks) {
    var kept = Json.object();
    marks.properties().stream()
        .filter(entry -> !entry.getKey().startsWith(Marks.GROUP))
        .forEach(entry -> kept.set(entry.getKey(), entry.getValue()));
    return kept;
  }
}
