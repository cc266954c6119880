package dev.salvor.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;

/** The cluster as a person with kubectl sees it; on purpose not the operator's own client. */
record Kube(Path kubeconfig) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Shell shell() {
    return new Shell(Map.of("KUBECONFIG", kubeconfig.toString()));
  }

  /** Runs kubectl, which must succeed. */
  String kubectl(String... arguments) {
    return shell().must(command(arguments));
  }

  /** Runs kubectl and tells how it ended. */
  Shell.Result tryKubectl(String... arguments) {
    return shell().run(LIMIT, "", command(arguments));
  }

  private static String[] command(String... arguments) {
    return Stream.concat(Stream.of("kubectl"), Stream.of(arguments)).toArray(String[]::new);
  }

  void apply(String manifests) {
    // kubectl takes what begins with a brace for JSON
    var yaml = "---\n" + manifests;
    // on a cluster that stays up somebody may have touched it by hand
    var result =
        shell()
            .run(LIMIT, yaml, "kubectl", "apply", "--server-side", "--force-conflicts", "-f", "-");
    if (!result.ok()) throw new AssertionError(result.output() + "\n" + manifests);
  }

  /** Makes a namespace; one that an earlier run left terminating has to go first. */
  void namespace(String name) {
    await(
        "namespace " + name + " is not terminating",
        Duration.ofMinutes(3),
        () -> !get("namespace", "", name).path("metadata").has("deletionTimestamp"));
    apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}");
  }

  /** A manifest of the resources folder, with {@code @key@} replaced. */
  static String manifest(String name, Map<String, String> values) {
    try (var in = Kube.class.getResourceAsStream("/" + name)) {
      var text =
          new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
      for (var value : values.entrySet())
        text = text.replace("@" + value.getKey() + "@", value.getValue());
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An object, or a missing node. */
  JsonNode get(String kind, String namespace, String name) {
    var result =
        namespace.isEmpty()
            ? tryKubectl("get", kind, name, "-o", "json")
            : tryKubectl("-n", namespace, "get", kind, name, "-o", "json");
    if (result.ok()) return parse(result.output());
    if (result.output().contains("NotFound") || result.output().contains("not found"))
      return MissingNode.getInstance();
    throw new AssertionError(result.output());
  }

  /** All objects of a kind; {@code namespace} empty for all namespaces. */
  List<JsonNode> list(String kind, String namespace, String... options) {
    var arguments =
        new ArrayList<>(
            namespace.isEmpty()
                ? List.of("get", kind, "-A", "-o", "json")
                : List.of("-n", namespace, "get", kind, "-o", "json"));
    arguments.addAll(List.of(options));
    var items = parse(kubectl(arguments.toArray(String[]::new))).path("items");
    return StreamSupport.stream(items.spliterator(), false).toList();
  }

  /** Runs a script in a container and gives back what it printed. */
  String exec(String namespace, String pod, String container, String script) {
    return kubectl("-n", namespace, "exec", pod, "-c", container, "--", "sh", "-c", script)
        .lines()
        // what kubectl itself says of its connection
        .filter(line -> !line.matches("[EWI][0-9]{4} [0-9:.]+ .*"))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /** While this runs, new pods go to no other node. */
  void onlyOn(String node, Runnable what) {
    var others =
        list("nodes", "").stream()
            .map(one -> one.path("metadata").path("name").asText())
            .filter(name -> !name.equals(node))
            .toList();
    others.forEach(other -> kubectl("cordon", other));
    try {
      what.run();
    } finally {
      others.forEach(other -> kubectl("uncordon", other));
    }
  }

  void rollout(String namespace, String workload) {
    kubectl("-n", namespace, "rollout", "status", workload, "--timeout=180s");
  }

  /** Waits until something holds; {@code what} says what, for the message. */
  static void await(String what, Duration limit, java.util.concurrent.Callable<Boolean> holds) {
    Awaitility.await(what).atMost(limit).pollInterval(Duration.ofMillis(500)).until(holds);
  }

  static JsonNode parse(String json) {
    try {
      // kubectl may warn before the answer
      return JSON.readTree(json.substring(Math.max(0, json.indexOf('{'))));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(json, e);
    }
  }
}
