package dev.salvor.workloads;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the recovered copy is reached: its Service, the image of its running instance, and the Secret
 * of the application's owner (cloudnative-pg docs/src/applications.md).
 *
 * @param secret name of a Secret with {@code username} and {@code password}
 * @param database of the application
 * @param pod the instance
 */
record CopyServer(String host, String image, String secret, String database, Seen pod) {
  private static final String CLUSTER = "cnpg.io/cluster";
  static final String CONTAINER = "postgres";

  /** What was found, or why it cannot be reached. */
  sealed interface Found {
    record There(CopyServer server) implements Found {}

    record NotYet(Outcome outcome) implements Found {}
  }

  static Found of(ClusterReader cluster, Facts facts) {
    var namespace = facts.knownTarget().namespace();
    var name = facts.postgres().knownCopy().name();
    var copy = cluster.get(Kinds.CLUSTER.ref(namespace, name));
    if (copy.isEmpty())
      return new Found.NotYet(
          Outcome.failed(
              "CheckLost",
              "Cluster " + namespace + "/" + name + " with the recovered data is gone",
              "raise spec.retry to recover it again"));
    var recovery = copy.get().at("/spec/bootstrap/recovery");
    var secret = recovery.at("/secret/name").asText(name + "-app");
    var seen = cluster.get(Kinds.SECRET.ref(namespace, secret));
    for (var key : List.of("username", "password")) {
      if (seen.isEmpty() || !seen.get().has("/data/" + key))
        return new Found.NotYet(
            Outcome.failed(
                "CheckSecretMissing",
                seen.isEmpty()
                    ? "Secret " + namespace + "/" + secret + " does not exist"
                    : "Secret " + namespace + "/" + secret + " has no key " + key,
                "create it with username and password of the owner of the application's database,"
                    + " then raise spec.retry; or apply a new recovery without spec.checks"));
    }
    var pod = instance(cluster, facts);
    if (pod.isPresent())
      for (var container : pod.get().at("/spec/containers"))
        if (container.path("name").asText().equals(CONTAINER))
          return new Found.There(
              new CopyServer(
                  name + "-rw",
                  container.path("image").asText(),
                  secret,
                  recovery.path("database").asText("app"),
                  pod.get()));
    return new Found.NotYet(Outcome.waiting("no instance of Cluster " + name + " runs"));
  }

  /** The running instance of the copy. */
  static Optional<Seen> instance(ClusterReader cluster, Facts facts) {
    var namespace = facts.knownTarget().namespace();
    var name = facts.postgres().knownCopy().name();
    return cluster.list(Kinds.POD, namespace, Map.of(CLUSTER, name)).stream()
        .filter(pod -> pod.text("/status/phase").equals("Running") && !pod.terminating())
        .filter(CopyServer::serves)
        .findFirst();
  }

  private static boolean serves(Seen pod) {
    for (var container : pod.at("/spec/containers"))
      if (container.path("name").asText().equals(CONTAINER)) return true;
    return false;
  }

  /** On nodes where the instance may be, with the means to pull its image, as its user. */
  static void placeLike(Seen pod, ObjectNode spec) {
    for (var field : List.of("imagePullSecrets", "nodeSelector", "tolerations")) {
      var value = pod.at("/spec/" + field);
      if (!value.isMissingNode()) spec.set(field, value.deepCopy());
    }
    for (var field : List.of("runAsUser", "runAsGroup")) {
      var value = pod.at("/spec/securityContext/" + field);
      if (!value.isMissingNode()) spec.withObject("/securityContext").set(field, value.deepCopy());
    }
  }
}
