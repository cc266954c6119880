package dev.salvor.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who besides the user decides about a claim or a volume: an operator of databases, or Git. */
final class ForeignOwners {
  private static final Set<String> GITOPS_MANAGERS =
      Set.of(
          "kustomize-controller",
          "helm-controller",
          "flux",
          "argocd-controller",
          "argocd-application-controller");

  private static final Set<String> GITOPS_MARKS =
      Set.of(
          "kustomize.toolkit.fluxcd.io/name",
          "helm.toolkit.fluxcd.io/name",
          "argocd.argoproj.io/tracking-id",
          "argocd.argoproj.io/instance");

  private static final String CNPG = "cnpg.io/cluster";

  /** Label that an operator puts on its claims -> whose it is. */
  private static final Map<String, String> DATABASE_LABELS = databases();

  private ForeignOwners() {}

  private static Map<String, String> databases() {
    var labels = new LinkedHashMap<String, String>();
    labels.put(CNPG, "CloudNativePG");
    labels.put("pvc.k8s.mariadb.com/role", "mariadb-operator");
    labels.put("k8s.mariadb.com/cluster", "mariadb-operator");
    labels.put("strimzi.io/cluster", "Strimzi");
    labels.put("elasticsearch.k8s.elastic.co/cluster-name", "ECK");
    labels.put("common.k8s.elastic.co/type", "ECK");
    labels.put("spilo-role", "the Zalando postgres-operator");
    labels.put("postgres-operator.crunchydata.com/cluster", "Crunchy Postgres for Kubernetes");
    labels.put("mysql.oracle.com/cluster", "the MySQL operator");
    labels.put("planetscale.com/cluster", "Vitess");
    labels.put("stackgres.io/cluster", "StackGres");
    labels.put("clickhouse.altinity.com/chi", "the ClickHouse operator");
    labels.put("kubevirt.io/created-by", "KubeVirt");
    labels.put("cdi.kubevirt.io/storage.import.source", "KubeVirt");
    return labels;
  }

  /** An operator that would fight the recovery over the claim; empty for an ordinary claim. */
  static Optional<Obstacle> operator(Seen claim) {
    if (!claim.label(CNPG).isEmpty())
      return Optional.of(
          Obstacle.all(
              "DatabaseClaim",
              "claim " + claim.name() + " belongs to CloudNativePG Cluster " + claim.label(CNPG),
              "recover the database with a PostgresRecovery; choose the other claims with"
                  + " spec.persistentVolumeClaims"));
    for (var entry : DATABASE_LABELS.entrySet())
      if (!claim.label(entry.getKey()).isEmpty())
        return Optional.of(owned(claim, entry.getValue()));
    if (claim.label("application").equals("spilo"))
      return Optional.of(owned(claim, "the Zalando postgres-operator"));
    for (var owner : claim.at("/metadata/ownerReferences")) {
      if (owner.path("kind").asText().equals("Pod")) continue;
      var version = owner.path("apiVersion").asText();
      var group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
      if (owner.path("controller").asBoolean() && group.contains("."))
        return Optional.of(owned(claim, owner.path("kind").asText() + " of " + group));
    }
    return Optional.empty();
  }

  private static Obstacle owned(Seen claim, String operator) {
    return Obstacle.all(
        "OperatorOwnedClaim",
        "claim " + claim.name() + " belongs to " + operator + ", which keeps its own order in it",
        "restore it with the means of that operator; choose the other claims with"
            + " spec.persistentVolumeClaims");
  }

  /**
   * A pod's own claim goes with the pod and is named after it. A StatefulSet that deletes claims
   * when it is scaled names pods as owners too, but the claim ends with the pod's name (B12).
   */
  static boolean ephemeral(Seen claim) {
    for (var owner : claim.at("/metadata/ownerReferences"))
      if (owner.path("kind").asText().equals(Kinds.POD.kind())
          && owner.path("apiVersion").asText().equals("v1")
          && claim.name().startsWith(owner.path("name").asText() + "-")) return true;
    return false;
  }

  /** True if Git writes the claim's {@code spec.volumeName} (swap.md B6). */
  static boolean gitFixesVolume(Seen claim) {
    for (var entry : claim.at("/metadata/managedFields")) {
      if (gitops(entry) && entry.at("/fieldsV1/f:spec").has("f:volumeName")) return true;
    }
    return false;
  }

  /** True if Git has a manifest of this volume. */
  static boolean gitOwns(Seen volume) {
    for (var mark : GITOPS_MARKS)
      if (!volume.label(mark).isEmpty() || !volume.annotation(mark).isEmpty()) return true;
    for (var entry : volume.at("/metadata/managedFields"))
      if (gitops(entry) && entry.path("subresource").asText("").isEmpty()) return true;
    return false;
  }

  /** True if Git deletes and creates the claim when it cannot change it (swap.md Q7). */
  static boolean gitForces(Seen claim) {
    var options = claim.annotation("argocd.argoproj.io/sync-options");
    return claim.annotation("kustomize.toolkit.fluxcd.io/force").equalsIgnoreCase("enabled")
        || options.contains("Replace=true")
        || options.contains("Force=true");
  }

  private static boolean gitops(JsonNode entry) {
    return GITOPS_MANAGERS.contains(entry.path("manager").asText());
  }
}
