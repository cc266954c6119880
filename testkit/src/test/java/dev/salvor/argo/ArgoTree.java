package dev.salvor.argo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.demo.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code argocd/resource_customizations} and {@code argocd/argocd-cm.yaml}, made of the one copy in
 * {@code argocd/source}. The layout is Argo CD's own (argo-cd docs/operator-manual/health.md,
 * resource_actions.md), ready to be proposed there.
 */
final class ArgoTree {
  static final List<String> ACTIONS = List.of("approve", "abort", "retry", "undo");

  private final Path source;

  ArgoTree(Repository repository) {
    this.source = repository.root().resolve("argocd").resolve("source");
  }

  /** The kinds that it is made for. */
  List<String> kinds() {
    return new ArrayList<>(new TreeMap<>(fields(intents())).keySet());
  }

  /** Path below {@code argocd/} -> text. */
  Map<String, String> files() {
    var files = new TreeMap<String, String>();
    for (var kind : kinds()) {
      var folder = "resource_customizations/" + Marks.GROUP + "/" + kind + "/";
      files.put(folder + "health.lua", read("health.lua"));
      files.put(folder + "health_test.yaml", read("health_test.yaml"));
      files.put(folder + "actions/discovery.lua", read("discovery.lua"));
      files.put(folder + "actions/action_test.yaml", read("action_test.yaml"));
      for (var action : ACTIONS)
        files.put(folder + "actions/" + action + "/action.lua", read(action + ".lua"));
      for (var state : states()) {
        var text = state(state, kind);
        if (read("health_test.yaml").contains("/" + state))
          files.put(folder + "testdata/" + state, text);
        if (read("action_test.yaml").contains("/" + state))
          files.put(folder + "actions/testdata/" + state, text);
      }
    }
    files.put("argocd-cm.yaml", configMap());
    return files;
  }

  private String state(String state, String kind) {
    var text =
        read("testdata/" + state)
            .replace("kind: KIND\n", "kind: " + kind + "\n")
            .replace("  INTENT\n", intent(intents().path(kind)));
    // of the cluster, and about a node
    return kind.equals("NodeLossRecovery") ? text.replace("  namespace: shop\n", "") : text;
  }

  private static String intent(JsonNode intent) {
    return fields(intent).entrySet().stream()
        .map(field -> "  " + field.getKey() + ": " + field.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private String configMap() {
    var text =
        new StringBuilder(
            """
            # For argocd-cm, made of argocd/source: kubectl -n argocd patch cm argocd-cm --patch-file argocd/argocd-cm.yaml
            data:
            """);
    for (var kind : kinds()) {
      text.append("  resource.customizations.health.%s_%s: |\n".formatted(Marks.GROUP, kind));
      text.append(read("health.lua").indent(4));
      text.append("  resource.customizations.actions.%s_%s: |\n".formatted(Marks.GROUP, kind));
      text.append("    discovery.lua: |\n").append(read("discovery.lua").indent(6));
      text.append("    definitions:\n");
      for (var action : ACTIONS)
        text.append("    - name: " + action + "\n      action.lua: |\n")
            .append(read(action + ".lua").indent(8));
    }
    // YAML has no use for the spaces of an empty line
    return text.toString().replaceAll("(?m)^ +$", "");
  }

  private ObjectNode intents() {
    return Manifests.one(read("kinds.yaml"));
  }

  private static Map<String, JsonNode> fields(JsonNode object) {
    var fields = new java.util.LinkedHashMap<String, JsonNode>();
    object.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }

  private List<String> states() {
    try (var files = Files.list(source.resolve("testdata"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String read(String file) {
    try {
      return Files.readString(source.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
