package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * As much of CloudNativePG as the steps around the exchange meet: hibernation, waking, adoption and
 * Backups (cloudnative-pg v1.30.0 pkg/reconciler/hibernation, internal/controller). One thing is
 * done in a round.
 */
final class PlainOperator implements Model {
  /** It never takes note of anything. */
  boolean asleep;

  /** Its phase is not healthy, so it does not hibernate. */
  boolean unhealthy;

  /** It was woken while pods were left: CloudNativePG fails over to one of them then. */
  boolean wokenHalfWay;

  /** Its cache does not know the claims on its first pass. */
  boolean staleCache;

  /** It dies after it has written the status of an adoption, so often. */
  int deaths;

  /** Phase a Backup comes to. */
  String backups = "completed";

  /** What its instances say. */
  long timeline = 1;

  String systemId = "7000";

  /** A pod it makes is not ready. */
  String trouble = "";

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: %1$s
        namespace: shop
        labels: {cnpg.io/cluster: db, cnpg.io/podRole: instance, cnpg.io/instanceName: %1$s, cnpg.io/instanceRole: %2$s}
        ownerReferences: [{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, name: db, uid: "%3$s", controller: true}]
      spec:
        containers: [{name: postgres, image: pg}]
        volumes: [{name: pgdata, persistentVolumeClaim: {claimName: %1$s}}]
      status:
        phase: Running
        conditions: [{type: Ready, status: "%4$s"}]
      """;

  @Override
  public void act(World world) {
    if (asleep) return;
    for (var backup : world.list(Kinds.DATABASE_BACKUP, "shop")) {
      if (backup.at("/status/phase").asText("").equals(backups)) continue;
      backup.putObject("status").put("phase", backups).put("startedAt", world.now().toString());
      world.update(backup);
    }
    world.get(Kinds.CLUSTER.ref("shop", "db")).ifPresent(cluster -> reconcile(world, cluster));
  }

  private void reconcile(World world, ObjectNode cluster) {
    var annotations = cluster.at("/metadata/annotations");
    if (cluster.at("/metadata").has("deletionTimestamp")) return;
    if (annotations.path(Cnpg.RECONCILIATION).asText("").equals("disabled")) return;
    if (annotations.path(Cnpg.HIBERNATION).asText("").equals("on")) hibernate(world, cluster);
    else run(world, cluster);
  }

  private void hibernate(World world, ObjectNode cluster) {
    var begun = !List.of("", "WaitingForHealthy").contains(condition(cluster, Cnpg.HIBERNATION));
    if (unhealthy && !begun) {
      condition(cluster, Cnpg.HIBERNATION, "False", "WaitingForHealthy", world);
      world.update(cluster);
      return;
    }
    var pods = pods(world);
    if (pods.isEmpty()) condition(cluster, Cnpg.HIBERNATION, "True", "Hibernated", world);
    else {
      condition(cluster, Cnpg.HIBERNATION, "False", "DeletingPods", world);
      world.deleteNow(Manifests.ref(pods.getFirst()));
    }
    world.update(cluster);
  }

  private void run(World world, ObjectNode cluster) {
    wokenHalfWay |= condition(cluster, Cnpg.HIBERNATION).equals("DeletingPods");
    dropCondition(cluster, Cnpg.HIBERNATION);
    if (condition(cluster, "Initialized").isEmpty() && !adopt(world, cluster)) return;
    var uid = cluster.at("/metadata/uid").asText();
    var primary = cluster.at("/status/targetPrimary").asText();
    var status = cluster.withObject("/status");
    var ready = 0;
    for (var claim : world.list(Kinds.PVC, "shop")) {
      if (!claim.at("/metadata/labels").path(Cnpg.PVC_ROLE).asText("").equals(Cnpg.DATA)
          || !claim.at("/metadata/ownerReferences/0/uid").asText("").equals(uid)) continue;
      var name = claim.at("/metadata/name").asText();
      var pod = world.get(pod(name));
      if (pod.isEmpty()) {
        var role = name.equals(primary) ? "primary" : "replica";
        var made =
            Manifests.one(POD.formatted(name, role, uid, trouble.isEmpty() ? "True" : "False"));
        if (!trouble.isEmpty())
          made.withObject("/status").set("containerStatuses", Manifests.one(trouble).get("all"));
        world.create(made);
      } else if (pod.get().at("/status/conditions/0/status").asText().equals("True")) ready++;
    }
    status.put("readyInstances", ready).put("currentPrimary", primary);
    status.put("timelineID", timeline).put("systemID", systemId);
    var wanted = cluster.at("/spec/instances").asInt(1);
    status.put("phase", ready == wanted && !unhealthy ? Cnpg.HEALTHY : "Setting up primary");
    world.update(cluster);
  }

  /** True if the Cluster is initialized now. */
  private boolean adopt(World world, ObjectNode cluster) {
    var uid = cluster.at("/metadata/uid").asText();
    var orphans = new ArrayList<ObjectNode>();
    for (var claim : world.list(Kinds.PVC, "shop"))
      if (claim.at("/metadata/labels").path(Cnpg.CLUSTER).asText("").equals("db")
          && claim.at("/metadata/ownerReferences").isEmpty()
          && claim.at("/metadata/annotations").has(Cnpg.SERIAL)) orphans.add(claim);
    if (orphans.isEmpty() || staleCache) {
      var job = Kinds.JOB.ref("shop", "db-1-initdb");
      if (world.get(job).isEmpty()) world.create(initdb(uid));
      return false;
    }
    var primary =
        orphans.stream()
            .filter(claim ->
                claim.at("/metadata/labels").path(Cnpg.INSTANCE_ROLE).asText().equals("primary"))
            .findFirst()
            .orElse(orphans.getFirst());
    var serial = primary.at("/metadata/annotations").path(Cnpg.SERIAL).asText();
    condition(cluster, "Initialized", "True", "BootstrapCompleted", world);
    cluster.withObject("/status").put("targetPrimary", "db-" + serial);
    if (deaths-- > 0) {
      world.update(cluster);
      return false;
    }
    for (var claim : orphans) {
      claim
          .withObject("/metadata")
          .putArray("ownerReferences")
          .addObject()
          .put("apiVersion", "postgresql.cnpg.io/v1")
          .put("kind", "Cluster")
          .put("name", "db")
          .put("uid", uid)
          .put("controller", true);
      world.update(claim);
    }
    return true;
  }

  private static ObjectNode initdb(String uid) {
    return Manifests.one(
        """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: db-1-initdb
          namespace: shop
          labels: {cnpg.io/cluster: db, cnpg.io/jobRole: initdb}
          ownerReferences: [{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, name: db, uid: "%s", controller: true}]
        spec: {template: {spec: {containers: [{name: initdb, image: pg}]}}}
        """
            .formatted(uid));
  }

  /** The primary first, as the operator sorts them. */
  static List<ObjectNode> pods(World world) {
    return world.list(Kinds.POD, "shop").stream()
        .filter(pod -> pod.at("/metadata/labels").path(Cnpg.POD_ROLE).asText().equals("instance"))
        .sorted(
            java.util.Comparator.comparing(
                pod -> pod.at("/metadata/labels").path(Cnpg.INSTANCE_ROLE).asText()))
        .toList();
  }

  static Ref pod(String name) {
    return Kinds.POD.ref("shop", name);
  }

  /** Its reason; empty if there is none. */
  static String condition(ObjectNode cluster, String type) {
    return find(cluster, type).map(found -> found.path("reason").asText()).orElse("");
  }

  static void condition(
      ObjectNode cluster, String type, String status, String reason, World world) {
    var found =
        find(cluster, type)
            .orElseGet(() ->
                cluster
                    .withObject("/status")
                    .withArray("conditions")
                    .addObject()
                    .put("type", type));
    if (!found.path("status").asText("").equals(status))
      found.put("lastTransitionTime", world.now().toString());
    found.put("status", status).put("reason", reason).put("message", reason + ", it says");
  }

  private static void dropCondition(ObjectNode cluster, String type) {
    var conditions = cluster.withObject("/status").withArray("conditions");
    for (var i = conditions.size() - 1; i >= 0; i--)
      if (conditions.get(i).path("type").asText().equals(type)) conditions.remove(i);
  }

  private static Optional<ObjectNode> find(ObjectNode cluster, String type) {
    for (var condition : cluster.at("/status/conditions"))
      if (condition.path("type").asText().equals(type)) return Optional.of((ObjectNode) condition);
    return Optional.empty();
  }
}
