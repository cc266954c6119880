package dev.salvor.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether pods of a template are clients of a database: by a Secret of it, or by the name of a
 * Service of it in values, arguments, ConfigMaps and Secrets they use. What Secrets hold is
 * compared in memory and goes nowhere.
 */
final class DatabaseUse {
  private final ClusterReader cluster;
  private final String namespace;
  private final DatabaseNames names;
  private final Map<String, Pattern> services;
  private final Map<String, Map<String, String>> read = new HashMap<>();

  DatabaseUse(ClusterReader cluster, String namespace, DatabaseNames names) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.names = names;
    this.services =
        names.services().stream()
            .collect(Collectors.toMap(name -> name, name -> host(name, namespace)));
  }

  /** {@code Secret db-app}, {@code Service db-rw}: by what; empty if it is no client. */
  Optional<String> of(JsonNode podSpec) {
    for (var volume : podSpec.path("volumes")) {
      var found = ofVolume(volume);
      if (found.isPresent()) return found;
    }
    for (var list : List.of("initContainers", "containers")) {
      for (var container : podSpec.path(list)) {
        var found = ofContainer(container);
        if (found.isPresent()) return found;
      }
    }
    return Optional.empty();
  }

  private Optional<String> ofVolume(JsonNode volume) {
    var sources = new ArrayList<JsonNode>();
    sources.add(volume);
    volume.at("/projected/sources").forEach(sources::add);
    for (var source : sources) {
      var secret = source.path("secret");
      var name = secret.path("secretName").asText(secret.path("name").asText(""));
      var found =
          ofSecret(name, "").or(() -> ofConfig(source.at("/configMap/name").asText(""), ""));
      if (found.isPresent()) return found;
    }
    return Optional.empty();
  }

  private Optional<String> ofContainer(JsonNode container) {
    for (var from : container.path("envFrom")) {
      var found =
          ofSecret(from.at("/secretRef/name").asText(""), "")
              .or(() -> ofConfig(from.at("/configMapRef/name").asText(""), ""));
      if (found.isPresent()) return found;
    }
    for (var variable : container.path("env")) {
      var secret = variable.at("/valueFrom/secretKeyRef");
      var config = variable.at("/valueFrom/configMapKeyRef");
      var found =
          ofText(variable.path("value").asText(""))
              .or(() -> ofSecret(secret.path("name").asText(""), secret.path("key").asText("")))
              .or(() -> ofConfig(config.path("name").asText(""), config.path("key").asText("")));
      if (found.isPresent()) return found;
    }
    for (var list : List.of("command", "args")) {
      for (var argument : container.path(list)) {
        var found = ofText(argument.asText(""));
        if (found.isPresent()) return found;
      }
    }
    return Optional.empty();
  }

  private Optional<String> ofSecret(String name, String key) {
    if (name.isEmpty()) return Optional.empty();
    if (names.secrets().contains(name)) return Optional.of("Secret " + name);
    return in("Secret " + name, name, key);
  }

  private Optional<String> ofConfig(String name, String key) {
    return name.isEmpty() ? Optional.empty() : in("ConfigMap " + name, name, key);
  }

  private Optional<String> in(String what, String name, String key) {
    var data = read.computeIfAbsent(what, _ -> data(what.startsWith("Secret "), name));
    return data.entrySet().stream()
        .filter(entry -> key.isEmpty() || entry.getKey().equals(key))
        .flatMap(entry -> ofText(entry.getValue()).stream())
        .map(service -> service + " in " + what)
        .sorted()
        .findFirst();
  }

  private Map<String, String> data(boolean secret, String name) {
    var data = new HashMap<String, String>();
    var kind = secret ? Kinds.SECRET : Kinds.CONFIG_MAP;
    cluster
        .get(kind.ref(namespace, name))
        .ifPresent(seen ->
            seen.at("/data")
                .properties()
                .forEach(entry ->
                    data.put(
                        entry.getKey(),
                        secret ? decoded(entry.getValue()) : entry.getValue().asText())));
    return data;
  }

  private static String decoded(JsonNode value) {
    try {
      return new String(Base64.getDecoder().decode(value.asText()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      return "";
    }
  }

  private Optional<String> ofText(String text) {
    if (text.isEmpty()) return Optional.empty();
    return services.entrySet().stream()
        .filter(service -> service.getValue().matcher(text).find())
        .map(service -> "Service " + service.getKey())
        .sorted()
        .findFirst();
  }

  /**
   * The name as a host: alone or with this namespace behind it, never as a part of another word or
   * of a host elsewhere. A name without a hyphen may be any word of a text: it counts as the whole
   * value, behind {@code @} or {@code //}, before a port, or with the namespace.
   */
  static Pattern host(String service, String namespace) {
    var name = Pattern.quote(service);
    var here = "\\." + Pattern.quote(namespace) + "(?![A-Za-z0-9_-])";
    var end = "(?![A-Za-z0-9_-])(?!\\.[A-Za-z0-9])";
    var start = "(?<![A-Za-z0-9_.-])";
    if (service.contains("-"))
      return Pattern.compile(start + name + "(?:" + here + "|" + end + ")");
    return Pattern.compile(
        "\\A\\s*"
            + name
            + "\\s*\\z"
            + "|(?<=@|//)"
            + name
            + "(?:"
            + here
            + "|"
            + end
            + ")"
            + "|"
            + start
            + name
            + "(?::\\d{2,5}(?!\\d)|"
            + here
            + ")");
  }
}
