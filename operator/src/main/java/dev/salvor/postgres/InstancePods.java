package dev.salvor.postgres;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The pods of a Cluster: instances and Jobs. Poolers' pods carry its label too, but are not its own
 * and use none of its claims (cloudnative-pg v1.30.0 pkg/specs/pgbouncer/deployments.go:146).
 */
final class InstancePods {
  /** The container PostgreSQL runs in. */
  static final String CONTAINER = "postgres";

  private InstancePods() {}

  static List<Seen> of(ClusterReader cluster, String namespace, String name) {
    return cluster.list(Kinds.POD, namespace, Map.of(Cnpg.CLUSTER, name)).stream()
        .filter(pod -> !pod.label(Cnpg.POD_ROLE).equals("pooler"))
        .toList();
  }

  static List<Seen> of(ClusterReader cluster, CnpgCluster live) {
    return of(cluster, live.namespace(), live.name());
  }

  /** How many instances are ready, by their pods. */
  static long serving(ClusterReader cluster, CnpgCluster live) {
    return of(cluster, live).stream()
        .filter(pod -> pod.label(Cnpg.JOB_ROLE).isEmpty() && ready(pod))
        .count();
  }

  static boolean ready(Seen pod) {
    return !pod.terminating() && pod.isTrue("Ready");
  }

  /** True for the pod that the Service {@code <cluster>-rw} selects. */
  static boolean primary(Seen pod) {
    return pod.label(Cnpg.INSTANCE_ROLE).equals("primary") || pod.label("role").equals("primary");
  }

  /** {@code pod db-1 (Running, terminating), pod db-2 (Pending)}. */
  static String names(List<Seen> pods) {
    return pods.stream()
        .map(pod ->
            "pod "
                + pod.name()
                + " ("
                + (pod.text("/status/phase").isEmpty() ? "Pending" : pod.text("/status/phase"))
                + (pod.terminating() ? ", terminating)" : ")"))
        .collect(Collectors.joining(", "));
  }
}
