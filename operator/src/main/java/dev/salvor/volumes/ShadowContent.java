package dev.salvor.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is in a shadow namespace that neither this recovery nor its restores put there. */
record ShadowContent(ClusterReader cluster, Run run) {
  private static final String RESTORE_NAME = "velero.io/restore-name";

  /** Kinds that record what happened, or follow others: nobody keeps anything in them. */
  private static final Set<String> TRACES =
      Set.of("Event", "Endpoints", "EndpointSlice", "Lease", "PodMetrics", "CiliumEndpoint");

  /** {@code Kind/name} of what Kubernetes and OpenShift put into every namespace. */
  private static final Set<String> FURNITURE =
      Set.of(
          "ServiceAccount/default",
          "ServiceAccount/builder",
          "ServiceAccount/deployer",
          "ConfigMap/kube-root-ca.crt",
          "ConfigMap/openshift-service-ca.crt",
          "RoleBinding/system:deployers",
          "RoleBinding/system:image-builders",
          "RoleBinding/system:image-pullers");

  /**
   * {@code Kind name} of every foreign object. A kind that Salvor may not list is left out: the
   * chart gives no right to list Secrets, Roles and the like, and nothing of them is copied into a
   * shadow namespace.
   */
  List<String> foreign(String namespace) {
    var unexplained = new ArrayList<Seen>();
    var ours = new HashSet<String>();
    for (var kind : cluster.namespacedKinds()) {
      if (virtual(kind)) continue;
      for (var seen : listed(kind, namespace)) {
        if (explained(kind, seen)) ours.add(seen.uid());
        else unexplained.add(seen);
      }
    }
    // what belongs to ours is ours, however deep
    while (unexplained.removeIf(seen -> owned(seen, ours) && ours.add(seen.uid()))) {}
    return unexplained.stream()
        .map(seen -> seen.ref().kind() + " " + seen.name())
        .distinct()
        .sorted()
        .toList();
  }

  private List<Seen> listed(Kind kind, String namespace) {
    try {
      return cluster.list(kind, namespace);
    } catch (ClusterException.Forbidden e) {
      return List.of();
    }
  }

  /** Kinds that are computed when they are read, by a server that may be down. */
  private static boolean virtual(Kind kind) {
    return kind.group().endsWith("metrics.k8s.io") || TRACES.contains(kind.kind());
  }

  private boolean explained(Kind kind, Seen seen) {
    return seen.label(Marks.RUN).equals(run.uid())
        || seen.label(RESTORE_NAME).startsWith("salvor-" + run.shortId() + "-")
        || FURNITURE.contains(kind.kind() + "/" + seen.name())
        || generated(seen);
  }

  /** Tokens of the standard accounts, and what policy engines copy into every namespace. */
  private static boolean generated(Seen seen) {
    var account = seen.annotation("kubernetes.io/service-account.name");
    return FURNITURE.contains("ServiceAccount/" + account)
        || seen.label("app.kubernetes.io/managed-by").equals("kyverno")
        || !seen.annotation("reflector.v1.k8s.emberstack.com/reflects").isEmpty();
  }

  private static boolean owned(Seen seen, Set<String> ours) {
    for (JsonNode owner : seen.at("/metadata/ownerReferences"))
      if (ours.contains(owner.path("uid").asText())) return true;
    return false;
  }
}
