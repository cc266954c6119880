package dev.salvor.testkit.models;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.World;

/**
 * What {@code velero install --use-node-agent} leaves in the cluster, as far as Salvor reads it.
 */
final class VeleroInstallation {
  static final String IMAGE = "velero/velero:v1.18.3";

  private VeleroInstallation() {}

  static void into(World world, String namespace) {
    if (world.get(Kinds.NAMESPACE.ref(namespace)).isEmpty()) {
      var created = Json.manifest(Kinds.NAMESPACE, "", namespace);
      Json.at(created, "/metadata/labels")
          .put("pod-security.kubernetes.io/enforce", "privileged")
          .put("kubernetes.io/metadata.name", namespace);
      world.create(created);
    }
    var server = Json.manifest(Kinds.DEPLOYMENT, namespace, "velero");
    Json.at(server, "/spec").put("replicas", 1);
    Json.at(server, "/spec/selector/matchLabels").put("deploy", "velero");
    Json.at(server, "/spec/template/metadata/labels").put("deploy", "velero");
    Json.at(server, "/spec/template/spec")
        .putArray("containers")
        .addObject()
        .put("name", "velero")
        .put("image", IMAGE)
        .putArray("args")
        .add("server")
        .add("--features=EnableCSI");
    Json.at(server, "/status")
        .put("readyReplicas", 1)
        .put("availableReplicas", 1)
        .put("replicas", 1);
    world.create(server);

    var agents = Json.manifest(Kinds.DAEMON_SET, namespace, "node-agent");
    Json.at(agents, "/spec/selector/matchLabels").put("name", "node-agent");
    Json.at(agents, "/spec/template/metadata/labels")
        .put("name", "node-agent")
        .put("role", "node-agent");
    Json.at(agents, "/spec/template/spec")
        .putArray("containers")
        .addObject()
        .put("name", "node-agent")
        .put("image", IMAGE);
    var nodes = world.list(Kinds.NODE, "");
    Json.at(agents, "/status")
        .put("desiredNumberScheduled", nodes.size())
        .put("numberReady", nodes.size());
    var owner = world.create(agents);

    for (var node : nodes) {
      var pod = Json.manifest(Kinds.POD, namespace, "node-agent-" + Json.name(node));
      Json.at(pod, "/metadata/labels").put("name", "node-agent").put("role", "node-agent");
      Json.ownedBy(pod, owner);
      Json.at(pod, "/spec")
          .put("nodeName", Json.name(node))
          .putArray("containers")
          .addObject()
          .put("name", "node-agent")
          .put("image", IMAGE);
      Json.at(pod, "/status")
          .put("phase", "Running")
          .putArray("conditions")
          .addObject()
          .put("type", "Ready")
          .put("status", "True");
      world.create(pod);
    }

    var location = Json.manifest(Kinds.BACKUP_STORAGE_LOCATION, namespace, "default");
    Json.at(location, "/spec")
        .put("provider", "aws")
        .put("default", true)
        .put("accessMode", "ReadWrite")
        .putObject("objectStorage")
        .put("bucket", "backups");
    Json.at(location, "/status")
        .put("phase", "Available")
        .put("lastValidationTime", world.now().toString())
        .put("lastSyncedTime", world.now().toString());
    world.create(location);
  }
}
