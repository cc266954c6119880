package dev.salvor.app;

import dev.salvor.kube.Scope;
import dev.salvor.kube.Surroundings;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the process is told by its environment.
 *
 * @param around the namespaces that mean something
 * @param watched namespaces whose recoveries are run; empty for all
 * @param leaderElection true where more than one replica may run
 * @param identity this process among its replicas
 * @param httpPort for /livez, /readyz and /metrics; 0 takes a free one
 * @param release of the chart whose admission policies are to be in force; empty for none
 */
public record Settings(
    Surroundings around,
    Set<String> watched,
    boolean leaderElection,
    String identity,
    int httpPort,
    String release) {
  private static final String GUARDED =
      "flux-system,argocd,cert-manager,longhorn-system,cnpg-system";

  public Settings {
    watched = Set.copyOf(watched);
  }

  /** Without admission policies. */
  public Settings(
      Surroundings around,
      Set<String> watched,
      boolean leaderElection,
      String identity,
      int httpPort) {
    this(around, watched, leaderElection, identity, httpPort, "");
  }

  /** From {@code SALVOR_*}; a bad value fails the start with a sentence that says which. */
  public static Settings from(Map<String, String> environment) {
    // Logging has read it already, and took what it does not know for text
    var format = environment.getOrDefault("SALVOR_LOG_FORMAT", "text");
    if (!Set.of("text", "json").contains(format))
      throw new IllegalArgumentException(
          "SALVOR_LOG_FORMAT is \"" + format + "\"; give text or json");
    var watched = names(environment.getOrDefault("SALVOR_WATCH_NAMESPACES", ""));
    return new Settings(
        new Surroundings(
            environment.getOrDefault("SALVOR_NAMESPACE", "salvor-system"),
            environment.getOrDefault("SALVOR_VELERO_NAMESPACE", "velero"),
            names(environment.getOrDefault("SALVOR_GUARDED_NAMESPACES", GUARDED)),
            new Scope(
                watched,
                names(environment.getOrDefault("SALVOR_GITOPS_NAMESPACES", "")),
                environment.getOrDefault("SALVOR_ACCOUNT", ""))),
        watched,
        Boolean.parseBoolean(environment.getOrDefault("SALVOR_LEADER_ELECTION", "false")),
        environment.getOrDefault("SALVOR_POD_NAME", "salvor-" + ProcessHandle.current().pid()),
        port(environment.getOrDefault("SALVOR_HTTP_PORT", "8080")),
        environment.getOrDefault("SALVOR_POLICIES_OF", ""));
  }

  private static Set<String> names(String list) {
    return Arrays.stream(list.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static int port(String text) {
    try {
      var port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) return port;
    } catch (NumberFormatException e) {
      // the same sentence for every bad value
    }
    throw new IllegalArgumentException(
        "SALVOR_HTTP_PORT is \"" + text + "\"; give a port between 0 and 65535");
  }
}
