package dev.salvor.volumes;

import dev.salvor.api.Marks;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.TargetFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The namespace to recover: what a shadow of it needs, and whether it may be touched at all. */
record TargetNamespace(ClusterReader cluster, Surroundings around, String name) {
  TargetFacts facts(Optional<Seen> namespace) {
    var cluster = this.cluster.get(Kinds.NAMESPACE.ref("kube-system")).map(Seen::uid).orElse("");
    return new TargetFacts(
        name,
        namespace.map(Seen::uid).orElse(null),
        cluster,
        namespace
            .map(seen -> only(seen.labels(), key -> key.startsWith("pod-security.kubernetes.io/")))
            .orElse(Map.of()),
        namespace
            .map(seen -> only(seen.annotations(), key -> key.startsWith("openshift.io/sa.scc.")))
            .orElse(Map.of()));
  }

  List<Obstacle> obstacles(Optional<Seen> namespace, Scope scope) {
    var found = new ArrayList<Obstacle>();
    var reserved = reserved();
    if (reserved.isPresent())
      found.add(
          Obstacle.all(
              "NamespaceProtected",
              "namespace " + name + " is " + reserved.get() + "; no recovery may touch it",
              "restore it by hand: velero restore create --help"));
    if (namespace.isEmpty()) {
      if (scope == Scope.Volumes)
        found.add(
            Obstacle.all(
                "NamespaceAbsent",
                "namespace " + name + " does not exist",
                "to bring the whole namespace back set spec.scope: Namespace, in a recovery in"
                    + " the operator's namespace with spec.targetNamespace: "
                    + name));
      return found;
    }
    var mark = namespace.get().label(Marks.PROTECTED);
    if (!mark.isEmpty() && !mark.equals("false"))
      found.add(
          Obstacle.all(
              "NamespaceProtected",
              "namespace " + name + " carries label " + Marks.PROTECTED + ": " + mark,
              "if that is no longer meant: kubectl label namespace "
                  + name
                  + " "
                  + Marks.PROTECTED
                  + "-"));
    if (namespace.get().terminating())
      found.add(
          Obstacle.all(
              "NamespaceTerminating",
              "namespace " + name + " is being deleted" + remaining(namespace.get()),
              "wait until it is gone, then restore it with spec.scope: Namespace; what holds it: "
                  + "kubectl get namespace "
                  + name
                  + " -o yaml"));
    return found;
  }

  private Optional<String> reserved() {
    if (name.startsWith("kube-")) return Optional.of("a part of Kubernetes");
    if (name.equals(around.operator())) return Optional.of("where Salvor runs");
    if (name.equals(around.velero())) return Optional.of("where Velero runs");
    if (around.guarded().contains(name)) return Optional.of("protected in Salvor's settings");
    return Optional.empty();
  }

  private static String remaining(Seen namespace) {
    for (var condition : namespace.at("/status/conditions")) {
      if (condition.path("type").asText().endsWith("Remaining")
          && condition.path("status").asText().equals("True"))
        return ": " + condition.path("message").asText();
    }
    return "";
  }

  private static Map<String, String> only(Map<String, String> all, Predicate<String> wanted) {
    var found = new LinkedHashMap<String, String>();
    all.forEach((key, value) -> {
      if (wanted.test(key)) found.put(key, value);
    });
    return found;
  }
}
