package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.util.List;

/** The controller of Deployments; that of their ReplicaSets comes with it. */
public final class DeploymentModel implements Model {
  private static final String HASH = "pod-template-hash";
  private final ReplicaSetModel replicaSets = new ReplicaSetModel();

  @Override
  public boolean isTimeless() {
    return true;
  }

  @Override
  public void act(World world) {
    for (var deployment : world.look(Kinds.DEPLOYMENT, "")) {
      if (!deployment.terminating() && !deployment.flag("/spec/paused")) roll(world, deployment);
    }
    replicaSets.act(world);
    for (var deployment : world.look(Kinds.DEPLOYMENT, "")) tell(world, deployment);
  }

  private static void roll(World world, Seen deployment) {
    var name = deployment.name() + "-" + hash(deployment);
    var replicas = deployment.number("/spec/replicas", 1);
    var current = world.look(Kinds.REPLICA_SET.ref(deployment.namespace(), name));
    for (var old : sets(world, deployment)) {
      if (!old.name().equals(name)) world.save(old.edit().set("/spec/replicas", 0));
    }
    if (current.isEmpty()) {
      world.create(set(deployment, name));
    } else if (!Pods.isOwnedBy(current.get(), deployment)) {
      var adopted = current.get().json().deepCopy();
      Pods.own(adopted, deployment);
      world.update(adopted);
    } else {
      world.save(current.get().edit().set("/spec/replicas", (int) replicas));
    }
  }

  private static ObjectNode set(Seen deployment, String name) {
    var set = deployment.json().objectNode();
    set.put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
    var meta = set.putObject("metadata");
    meta.put("name", name).put("namespace", deployment.namespace());
    meta.set("labels", deployment.at("/spec/template/metadata/labels").deepCopy());
    meta.withObject("/labels").put(HASH, hash(deployment));
    var spec = set.putObject("spec");
    spec.put("replicas", deployment.number("/spec/replicas", 1));
    spec.set("selector", deployment.at("/spec/selector").deepCopy());
    spec.withObject("/selector/matchLabels").put(HASH, hash(deployment));
    spec.set("template", deployment.at("/spec/template").deepCopy());
    spec.withObject("/template/metadata/labels").put(HASH, hash(deployment));
    Pods.own(set, deployment);
    return set;
  }

  private static void tell(World world, Seen deployment) {
    var replicas = 0L;
    var ready = 0L;
    for (var set : sets(world, deployment)) {
      replicas += set.number("/status/replicas", 0);
      ready += set.number("/status/readyReplicas", 0);
    }
    var told = deployment.json().deepCopy();
    var status = told.withObject("/status");
    status.put("observedGeneration", deployment.number("/metadata/generation", 1));
    ReplicaSetModel.counts(status, replicas, ready);
    status.put("updatedReplicas", replicas);
    status
        .putArray("conditions")
        .addObject()
        .put("type", "Available")
        .put("status", ready >= deployment.number("/spec/replicas", 1) ? "True" : "False");
    world.update(told);
  }

  private static List<Seen> sets(World world, Seen deployment) {
    return world.look(Kinds.REPLICA_SET, deployment.namespace()).stream()
        .filter(set -> Pods.isOwnedBy(set, deployment))
        .toList();
  }

  private static String hash(Seen deployment) {
    return Integer.toHexString(deployment.at("/spec/template").hashCode());
  }
}
