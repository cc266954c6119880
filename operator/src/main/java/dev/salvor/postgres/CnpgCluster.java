package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@code postgresql.cnpg.io/v1} Cluster (cloudnative-pg api/v1/cluster_types.go). */
record CnpgCluster(Seen seen) {
  /**
   * A condition of the Cluster.
   *
   * @param since changes only when the status flips: a condition that was True before our write
   *     proves nothing about it
   */
  record Condition(String status, String reason, String message, Optional<Instant> since) {
    boolean isTrue() {
      return status.equals("True");
    }
  }

  static Ref ref(String namespace, String name) {
    return Kinds.CLUSTER.ref(namespace, name);
  }

  static Optional<CnpgCluster> read(ClusterReader cluster, String namespace, String name) {
    return cluster.get(ref(namespace, name)).map(CnpgCluster::new);
  }

  /** The recorded Cluster, and not a later one of its name. */
  static Optional<CnpgCluster> read(
      ClusterReader cluster, String namespace, String name, String uid) {
    return read(cluster, namespace, name).filter(found -> found.uid().equals(uid));
  }

  String name() {
    return seen.name();
  }

  String namespace() {
    return seen.namespace();
  }

  String uid() {
    return seen.uid();
  }

  String phase() {
    return seen.text("/status/phase");
  }

  String phaseReason() {
    return seen.text("/status/phaseReason");
  }

  /** {@code Setting up primary (Creating primary instance db-1)}, for people. */
  String story() {
    if (phase().isEmpty()) return "no phase yet";
    return phaseReason().isEmpty() ? phase() : phase() + " (" + phaseReason() + ")";
  }

  /** {@code spec.instances}; CloudNativePG's default is 1. */
  int instances() {
    return (int) seen.number("/spec/instances", 1);
  }

  int readyInstances() {
    return (int) seen.number("/status/readyInstances", 0);
  }

  /** Empty if none is known. */
  String primary() {
    return seen.text("/status/currentPrimary");
  }

  /** Empty if none is known; {@code pending} while a fail-over waits. */
  String targetPrimary() {
    return seen.text("/status/targetPrimary");
  }

  /** No switchover or fail-over under way. */
  boolean primarySettled() {
    return !primary().isEmpty() && primary().equals(targetPrimary());
  }

  /** Healthy by phase, by every instance, and by the primary. */
  boolean healthy() {
    return !seen.terminating()
        && phase().equals(Cnpg.HEALTHY)
        && readyInstances() == instances()
        && primarySettled();
  }

  /** Empty until an instance has told. */
  String systemId() {
    return seen.text("/status/systemID");
  }

  /** 0 until known. */
  long timeline() {
    return seen.number("/status/timelineID", 0);
  }

  Optional<Condition> condition(String type) {
    var condition = seen.condition(type);
    if (condition.isMissingNode()) return Optional.empty();
    return Optional.of(
        new Condition(
            condition.path("status").asText(),
            condition.path("reason").asText(""),
            condition.path("message").asText(""),
            Seen.time(condition.path("lastTransitionTime"))));
  }

  /** Absent until the primary has tried to archive once. */
  Optional<Condition> archiving() {
    return condition("ContinuousArchiving");
  }

  /** True once the operator has taken all pods away for hibernation. */
  boolean hibernated() {
    return condition(Cnpg.HIBERNATION)
        .filter(found -> found.isTrue() && found.reason().equals("Hibernated"))
        .isPresent();
  }

  /** True if somebody asked for hibernation. */
  boolean hibernationAsked() {
    return seen.annotation(Cnpg.HIBERNATION).equals("on");
  }

  /** True if PostgreSQL of some instance is stopped by annotation. */
  boolean fenced() {
    var fenced = seen.annotation(Cnpg.FENCED).trim();
    return !fenced.isEmpty() && !fenced.equals("[]") && !fenced.equals("null");
  }

  /** False while the operator looks away from it. */
  boolean reconciled() {
    return !seen.annotation(Cnpg.RECONCILIATION).equals("disabled");
  }

  /** True if it follows another Cluster, or is being promoted by a token. */
  boolean replica() {
    var spec = seen.at("/spec/replica");
    if (!spec.path("promotionToken").asText("").isEmpty()) return true;
    if (spec.has("enabled")) return spec.path("enabled").asBoolean();
    var primary = spec.path("primary").asText("");
    var self = spec.path("self").asText(name());
    return !primary.isEmpty() && !primary.equals(self);
  }

  boolean walVolume() {
    return seen.has("/spec/walStorage");
  }

  List<String> tablespaces() {
    var names = new ArrayList<String>();
    seen.at("/spec/tablespaces").forEach(space -> names.add(space.path("name").asText()));
    return List.copyOf(names);
  }

  /** Where it archives to; empty if nowhere, or if the ObjectStore it names is not there. */
  Optional<Archive> archive(ClusterReader cluster) {
    return Archiving.resolve(cluster, seen.json());
  }

  /** Every object of this kind that carries the Cluster's label. */
  List<Seen> owned(ClusterReader cluster, dev.salvor.kube.Kind kind) {
    return cluster.list(kind, namespace(), java.util.Map.of(Cnpg.CLUSTER, name()));
  }

  /** True if an owner reference of the object names this very Cluster. */
  boolean owns(Seen object) {
    return object.ownedBy(uid());
  }

  /** The whole object, to be changed by the caller. */
  ObjectNode copyOfJson() {
    return seen.json().deepCopy();
  }
}
