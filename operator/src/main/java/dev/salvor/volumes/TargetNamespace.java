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
import org.jspecify.annotations.Nullable;

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

  /**
   * What to do instead, which depends on the kind of recovery.
   *
   * @param reserved for a namespace that is not to be touched
   * @param absent null if the recovery brings an absent namespace back
   * @param terminating for a namespace that is being deleted; is followed by the command to look
   */
  record Advice(String reserved, @Nullable String absent, String terminating) {
    static Advice restore(String name, Scope scope) {
      return new Advice(
          "restore it by hand: velero restore create --help",
          scope != Scope.Volumes
              ? null
              : "to bring the whole namespace back set spec.scope: Namespace, in a recovery in"
                  + " the operator's namespace with spec.targetNamespace: "
                  + name,
          "wait until it is gone, then restore it with spec.scope: Namespace");
    }

    static Advice database() {
      return new Advice(
          "recover the database by hand into another namespace",
          "bring the namespace back first, with the Secrets that the archive needs (NamespaceRestore"
              + " with spec.scope: Namespace), then apply the recovery again",
          "wait until it is gone, then bring it back with a NamespaceRestore");
    }
  }

  List<Obstacle> obstacles(Optional<Seen> namespace, Advice advice) {
    var found = new ArrayList<Obstacle>();
    var reserved = reserved();
    if (reserved.isPresent())
      found.add(
          Obstacle.all(
              "NamespaceProtected",
              "namespace " + name + " is " + reserved.get() + "; no recovery may touch it",
              advice.reserved()));
    if (namespace.isEmpty()) {
      var absent = advice.absent();
      if (absent != null)
        found.add(Obstacle.all("NamespaceAbsent", "namespace " + name + " does not exist", absent));
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
              advice.terminating()
                  + "; what holds it: kubectl get namespace "
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

  /** What keeps a namespace that is being deleted, to be added to a sentence; may be empty. */
  static String remaining(Seen namespace) {
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
