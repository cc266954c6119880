package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The reconcile loop of the Cluster controller, one pass per call, in the order of
 * internal/controller/cluster_controller.go: most passes end early.
 */
final class CnpgOperator {
  private final Set<CnpgMishap> mishaps;
  private final CnpgObjects objects = new CnpgObjects();
  private final CnpgAdoption adoption;

  CnpgOperator(Set<CnpgMishap> mishaps) {
    this.mishaps = mishaps;
    this.adoption = new CnpgAdoption(mishaps);
  }

  void reconcile(CnpgCluster cluster) {
    if (pluginIsMissing(cluster)) return;
    if (cluster.annotated(Cnpg.RECONCILIATION, "disabled")) return;
    if (Json.terminating(cluster.json)) return;
    defaults(cluster);
    var stale = !cluster.isInitialized() && mishaps.remove(CnpgMishap.STALE_CLAIMS);
    if (!stale && !adoption.adopt(cluster)) return;
    objects.common(cluster);
    CnpgStatus.resources(cluster);
    if (!cluster.isInitialized())
      cluster.condition("Initialized", false, "BootstrapPending", "Bootstrap is pending");
    cluster.save();
    if (cluster.lacksStore()) return;
    var current = cluster.status("currentPrimary");
    if (!current.isEmpty() && !current.equals(cluster.status("targetPrimary"))) return;
    metadata(cluster);
    if (hibernation(cluster)) return;
    if (failover(cluster)) return;
    resources(cluster);
  }

  private boolean pluginIsMissing(CnpgCluster cluster) {
    if (!mishaps.contains(CnpgMishap.PLUGIN_UNKNOWN) || cluster.at("/spec/plugins").isEmpty())
      return false;
    cluster.phase(
        Cnpg.UNKNOWN_PLUGIN,
        "Unknown plugin: '"
            + Cnpg.PLUGIN
            + "'. This may be caused by the plugin not being loaded correctly by the operator."
            + " Check the operator and plugin logs for errors");
    cluster.save();
    return true;
  }

  /** What the webhook and setDefaults fill in, as far as somebody reads it. */
  private static void defaults(CnpgCluster cluster) {
    var spec = Json.at(cluster.json, "/spec");
    if (!spec.has("instances")) spec.put("instances", 1);
    if (!spec.has("imageName") && !spec.has("imageCatalogRef")) spec.put("imageName", Cnpg.IMAGE);
    var bootstrap = Json.at(spec, "/bootstrap");
    if (bootstrap.isEmpty()) bootstrap.putObject("initdb");
    for (var way : List.of("initdb", "recovery")) {
      if (!(bootstrap.get(way) instanceof ObjectNode stanza)) continue;
      if (!stanza.has("database")) stanza.put("database", "app");
      if (!stanza.has("owner")) stanza.put("owner", stanza.path("database").asText());
    }
    cluster.status().put("image", CnpgObjects.image(cluster));
    Json.at(cluster.status(), "/pgDataImageInfo")
        .put("image", CnpgObjects.image(cluster))
        .put("majorVersion", Cnpg.MAJOR);
  }

  /** Labels of pods and claims say who is the primary. */
  private static void metadata(CnpgCluster cluster) {
    var primary = cluster.status("currentPrimary");
    if (primary.isEmpty()) return;
    for (var object : List.of(cluster.claims(), cluster.pods())) {
      for (var one : object) {
        var role = one.label(Cnpg.INSTANCE).equals(primary) ? Cnpg.PRIMARY : Cnpg.REPLICA;
        var edit = one.edit().label(Cnpg.INSTANCE_ROLE, role).label(Cnpg.OLD_ROLE, role);
        cluster.world.save(edit);
      }
    }
  }

  /** pkg/reconciler/hibernation: the primary first, all others then. True ends the pass. */
  private static boolean hibernation(CnpgCluster cluster) {
    switch (cluster.reason(Cnpg.HIBERNATION)) {
      case "", "WaitingForHealthy" -> {
        return false;
      }
      case "DeletingPods" ->
          cluster.pods().stream()
              .filter(pod -> !pod.terminating())
              .min(
                  Comparator.comparing(
                          (Seen pod) -> !pod.label(Cnpg.INSTANCE_ROLE).equals(Cnpg.PRIMARY))
                      .thenComparing(Seen::name))
              .ifPresent(pod -> cluster.world.delete(pod.ref()));
      default -> {}
    }
    return true;
  }

  /** A primary that is not ready is replaced by a replica that is. */
  private boolean failover(CnpgCluster cluster) {
    if (mishaps.contains(CnpgMishap.NO_FAILOVER)) return false;
    var current = cluster.status("currentPrimary");
    var pods = cluster.pods();
    if (current.isEmpty()
        || pods.isEmpty()
        || !cluster.status("targetPrimary").equals(current)
        || pods.stream().anyMatch(pod -> pod.name().equals(current) && Pods.isReady(pod)))
      return false;
    var next =
        pods.stream()
            .filter(pod -> Pods.isReady(pod) && !pod.name().equals(current))
            .map(Seen::name)
            .sorted()
            .findFirst();
    if (next.isEmpty()) return false;
    cluster
        .status()
        .put("targetPrimary", next.get())
        .put("targetPrimaryTimestamp", cluster.world.now().toString());
    cluster.phase(Cnpg.FAILING_OVER, "Failing over from " + current + " to " + next.get());
    cluster.save();
    return true;
  }

  private void resources(CnpgCluster cluster) {
    if (jobsInTheWay(cluster)) return;
    var pods = cluster.pods();
    for (var pod : pods) {
      if (!pod.terminating() && Pods.isFinished(pod)) cluster.world.delete(pod.ref());
    }
    if (pods.stream()
        .anyMatch(pod -> pod.terminating() || pod.text("/status/phase").equals("Pending"))) {
      cluster.phase(Cnpg.WAITING, "Some instances are not yet active. Please wait.");
      cluster.save();
      return;
    }
    missingClaims(cluster);
    readyAfterJobs(cluster);
    if (attach(cluster)) return;
    var known = cluster.status().path("instances").asInt();
    var reporting = pods.stream().filter(Pods::isReady).count();
    if (known == 0) {
      new CnpgFirstPrimary(cluster, mishaps).create();
    } else if (reporting < known) {
      return;
    } else if (known < cluster.instances()) {
      join(cluster);
    } else if (known > cluster.instances()) {
      scaleDown(cluster);
    } else if (reporting == cluster.instances() && !mishaps.contains(CnpgMishap.NEVER_HEALTHY)) {
      cluster.phase(Cnpg.HEALTHY, "");
      cluster.save();
      for (var job : cluster.jobs()) {
        if (Pods.condition(job, "Complete")) cluster.world.delete(job.ref());
      }
    } else if (mishaps.contains(CnpgMishap.NEVER_HEALTHY)) {
      cluster.phase(Cnpg.WAITING, "Some instances are not yet active. Please wait.");
      cluster.save();
    }
  }

  /** A Job that runs is waited for; one that is exhausted is the end (1.30, #11035). */
  private static boolean jobsInTheWay(CnpgCluster cluster) {
    for (var job : cluster.jobs()) {
      if (Pods.condition(job, "Failed")) {
        cluster.phase(
            Cnpg.UNRECOVERABLE,
            "Instance creation failed for the following jobs: "
                + job.name()
                + ". Check the job logs for more information");
        cluster.save();
        return true;
      }
    }
    return cluster.jobs().stream().anyMatch(job -> !Pods.condition(job, "Complete"));
  }

  /** A claim that lacks in a group is made, and is empty (swap.md P2). */
  private static void missingClaims(CnpgCluster cluster) {
    for (var name : cluster.status().path("instanceNames")) {
      var text = name.asText();
      var serial = text.substring(text.lastIndexOf('-') + 1);
      if (serial.matches("[0-9]+")) CnpgObjects.claims(cluster, Integer.parseInt(serial));
    }
  }

  private static void readyAfterJobs(CnpgCluster cluster) {
    for (var job : cluster.jobs()) {
      if (!Pods.condition(job, "Complete")) continue;
      for (var claim : cluster.claims()) {
        if (claim.label(Cnpg.INSTANCE).equals(job.label(Cnpg.INSTANCE)))
          cluster.world.save(claim.edit().annotate(Cnpg.PVC_STATUS, Cnpg.READY));
      }
    }
  }

  /** A pod for claims without one, those of the primary first. */
  private static boolean attach(CnpgCluster cluster) {
    var pods = cluster.pods().stream().map(Seen::name).toList();
    var group =
        cluster.claims().stream()
            .filter(claim -> CnpgStatus.isUsable(claim) && CnpgCluster.serial(claim) > 0)
            .filter(claim -> !pods.contains(cluster.instance(CnpgCluster.serial(claim))))
            .min(
                Comparator.comparing(
                        (Seen claim) -> !claim.label(Cnpg.INSTANCE_ROLE).equals(Cnpg.PRIMARY))
                    .thenComparing(CnpgCluster::serial));
    if (group.isEmpty()) return false;
    var serial = CnpgCluster.serial(group.get());
    var expected = cluster.expectedClaims(cluster.instance(serial));
    for (var claim : cluster.claims()) {
      if (expected.contains(claim.name()) && !claim.annotation(Cnpg.PVC_STATUS).equals(Cnpg.READY))
        return true;
    }
    cluster.world.create(CnpgObjects.pod(cluster, serial));
    return true;
  }

  /** The lowest free number (1.30). */
  private static void join(CnpgCluster cluster) {
    var taken =
        cluster.world.look(Kinds.PVC, cluster.namespace()).stream()
            .filter(claim -> claim.label(Cnpg.CLUSTER).equals(cluster.name()))
            .filter(claim -> !claim.terminating())
            .map(CnpgCluster::serial)
            .toList();
    var serial = 1;
    while (taken.contains(serial)) serial++;
    if (CnpgObjects.leaving(cluster, serial)) return;
    var job = CnpgObjects.job(cluster, serial, Cnpg.JOIN);
    cluster.phase(Cnpg.CREATING_REPLICA, "Creating replica " + Json.name(job));
    CnpgStatus.generated(cluster, serial);
    cluster.save();
    if (cluster.world.look(Json.ref(job)).isEmpty()) cluster.world.create(job);
    CnpgObjects.claims(cluster, serial);
  }

  private static void scaleDown(CnpgCluster cluster) {
    var victim =
        cluster.pods().stream()
            .filter(pod -> !pod.name().equals(cluster.status("currentPrimary")))
            .max(Comparator.comparing(CnpgCluster::serial));
    if (victim.isEmpty()) return;
    for (var name : cluster.expectedClaims(victim.get().name()))
      cluster.world.delete(Kinds.PVC.ref(cluster.namespace(), name));
    cluster.world.delete(victim.get().ref());
  }
}
