package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Admission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What internal/webhook/v1/cluster_webhook.go refuses, as far as a recovery can run into it; on
 * update every rule of create holds again (postgres.md 1.2 to 1.4).
 */
final class CnpgWebhook implements Admission {
  private static final List<String> TARGETS =
      List.of("targetXID", "targetName", "targetLSN", "targetTime", "targetImmediate");

  @Override
  public Optional<ClusterException> refuse(
      @Nullable ObjectNode before, @Nullable ObjectNode after, String user) {
    if (after == null) return Optional.empty();
    var ref = Json.ref(after);
    if (Kinds.DATABASE_BACKUP.of(ref)
        && before != null
        && !before.path("spec").equals(after.path("spec")))
      return Optional.of(
          new ClusterException.Invalid(
              "Backup.postgresql.cnpg.io \"%s\" is invalid: spec: Invalid value: BackupSpec is"
                      .formatted(ref.name())
                  + " immutable once set"));
    if (!Kinds.CLUSTER.of(ref)) return Optional.empty();
    if (Json.annotation(after, Cnpg.SKIP_VALIDATION).equals("disabled")) return Optional.empty();
    if (before != null
        && before.path("spec").equals(after.path("spec"))
        && before.at("/metadata/annotations").equals(after.at("/metadata/annotations")))
      return Optional.empty();
    var wrong = new ArrayList<String>();
    metadata(after, wrong);
    bootstrap(after, wrong);
    externals(after, wrong);
    replica(after, wrong);
    archivers(after, wrong);
    if (before != null) update(before, after, wrong);
    if (wrong.isEmpty()) return Optional.empty();
    return Optional.of(
        new ClusterException.Invalid(
            "admission webhook \"vcluster.cnpg.io\" denied the request:"
                + " Cluster.postgresql.cnpg.io \"%s\" is invalid: %s"
                    .formatted(ref.name(), String.join(", ", wrong))));
  }

  private static void metadata(ObjectNode cluster, List<String> wrong) {
    var name = Json.name(cluster);
    if (name.length() > 50 || !name.matches("[a-z]([-a-z0-9]*[a-z0-9])?"))
      wrong.add("metadata.name: Invalid value: \"" + name + "\"");
    var hibernation = Json.annotation(cluster, Cnpg.HIBERNATION);
    if (!Set.of("", "on", "off").contains(hibernation))
      wrong.add("metadata.annotations.cnpg.io/hibernation: Invalid value: \"" + hibernation + "\"");
  }

  private static void bootstrap(ObjectNode cluster, List<String> wrong) {
    var bootstrap = cluster.at("/spec/bootstrap");
    var ways =
        List.of("initdb", "recovery", "pg_basebackup").stream().filter(bootstrap::has).toList();
    if (ways.size() > 1)
      wrong.add("spec.bootstrap: Invalid value: Only one bootstrap method can be specified");
    var recovery = bootstrap.path("recovery");
    var source = recovery.path("source").asText("");
    if (!source.isEmpty() && !names(cluster).contains(source))
      wrong.add(
          "spec.bootstrap.recovery.source: Invalid value: \"%s\": External cluster %s not found"
              .formatted(source, source));
    var target = recovery.path("recoveryTarget");
    var given =
        TARGETS.stream()
            .filter(field ->
                target.path(field).asBoolean()
                    || target.path(field).isTextual() && !target.path(field).asText().isEmpty())
            .toList();
    if (given.size() > 1)
      wrong.add(
          "spec.bootstrap.recovery.recoveryTarget: Invalid value: Recovery target options are"
              + " mutually exclusive");
    if (given.stream().anyMatch(Set.of("targetName", "targetXID", "targetImmediate")::contains)
        && target.path("backupID").asText("").isEmpty())
      wrong.add("spec.bootstrap.recovery.recoveryTarget: Invalid value: BackupID is missing");
    var timeline = target.path("targetTLI").asText("");
    if (!timeline.isEmpty() && !timeline.matches("latest|[1-9][0-9]*"))
      wrong.add(
          "spec.bootstrap.recovery.recoveryTarget.targetTLI: Invalid value: \"" + timeline + "\"");
    time(target, wrong);
  }

  private static void time(JsonNode target, List<String> wrong) {
    var text = target.path("targetTime").asText("");
    try {
      var ignored = PgRecovery.time(text);
    } catch (java.time.DateTimeException e) {
      wrong.add(
          "spec.bootstrap.recovery.recoveryTarget: Invalid value: The format of TargetTime is"
              + " invalid");
    }
  }

  private static void externals(ObjectNode cluster, List<String> wrong) {
    var seen = new HashSet<String>();
    for (var external : cluster.at("/spec/externalClusters")) {
      var name = external.path("name").asText("");
      if (!seen.add(name))
        wrong.add("spec.externalClusters: Invalid value: duplicated name \"" + name + "\"");
      if (!external.has("connectionParameters")
          && !external.has("barmanObjectStore")
          && !external.has("plugin"))
        wrong.add(
            "spec.externalClusters: Invalid value: one of connectionParameters, plugin and"
                + " barmanObjectStore is required");
    }
  }

  private static void replica(ObjectNode cluster, List<String> wrong) {
    var replica = cluster.at("/spec/replica");
    if (!replica.isObject()) return;
    var bootstrap = cluster.at("/spec/bootstrap");
    if (replica.path("enabled").asBoolean()
        && !bootstrap.has("recovery")
        && !bootstrap.has("pg_basebackup"))
      wrong.add(
          "spec.replicaCluster: Invalid value: replica mode bootstrap is compatible only with pg_basebackup or recovery");
    var source = replica.path("source").asText("");
    if (!names(cluster).contains(source))
      wrong.add(
          "spec.replicaCluster.source: Invalid value: \"%s\": External cluster %s not found"
              .formatted(source, source));
  }

  private static void archivers(ObjectNode cluster, List<String> wrong) {
    var archivers = 0;
    for (var plugin : cluster.at("/spec/plugins")) {
      if (plugin.path("isWALArchiver").asBoolean() && plugin.path("enabled").asBoolean(true))
        archivers++;
    }
    if (archivers > 1)
      wrong.add("spec.plugins: Invalid value: Cannot enable more than one WAL archiver plugin");
    if (archivers > 0 && cluster.at("/spec/backup/barmanObjectStore").isObject())
      wrong.add(
          "spec.plugins: Invalid value: Cannot enable a WAL archiver plugin when barmanObjectStore"
              + " is configured");
  }

  private static void update(ObjectNode before, ObjectNode after, List<String> wrong) {
    for (var path : List.of("/spec/storage/size", "/spec/walStorage/size")) {
      var old = before.at(path).asText("");
      var fresh = after.at(path).asText("");
      if (!old.isEmpty() && !fresh.isEmpty() && Quantity.parse(fresh) < Quantity.parse(old))
        wrong.add(
            path.substring(1).replace('/', '.') + ": Invalid value: can't shrink existing storage");
    }
    if (before.at("/spec/walStorage").isObject() && !after.at("/spec/walStorage").isObject())
      wrong.add("spec.walStorage: Invalid value: walStorage cannot be disabled once configured");
  }

  private static Set<String> names(ObjectNode cluster) {
    var names = new HashSet<String>();
    cluster
        .at("/spec/externalClusters")
        .forEach(external -> names.add(external.path("name").asText()));
    return names;
  }
}
