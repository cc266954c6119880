package dev.salvor.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A cluster in memory. To the operator it is the port ({@link ClusterWriter}), to everybody else a
 * {@link #world}. Time stands still but for {@link #advance}. Not for use by several threads.
 *
 * <p>Every write of the operator is numbered, recorded, may meet a {@link Fault}, and is checked
 * against what Salvor must never do: a broken rule throws AssertionError.
 */
public final class FakeCluster implements ClusterWriter {
  private final Server server = new Server();
  private final Inhabitant people = new Inhabitant(server, "kubectl-create", false);
  private final OperatorWrites operator = new OperatorWrites(server);
  private final List<Model> models = new ArrayList<>();
  private final Map<Model, Witness> witnesses = new HashMap<>();
  private final List<Consumer<FakeCluster>> requests = new ArrayList<>();

  // ---- what tests set up and look at

  /** Adds controllers; they act in this order at every {@link #advance}. */
  public FakeCluster with(Model... more) {
    models.addAll(List.of(more));
    return this;
  }

  /** The cluster as everybody else sees it: people, and controllers that are modelled. */
  public World world() {
    return people;
  }

  /** The same for somebody with this field manager, who applies. */
  public World as(String manager) {
    return people.as(manager);
  }

  public ObjectNode create(ObjectNode manifest) {
    return people.create(manifest);
  }

  public ObjectNode update(ObjectNode object) {
    return people.update(object);
  }

  public void delete(Ref ref) {
    people.delete(ref);
  }

  public Instant now() {
    return people.now();
  }

  /**
   * Creates, or replaces, all objects of a text with YAML or JSON documents. A status stays if the
   * text has none.
   */
  public FakeCluster put(String manifests) {
    for (var manifest : Manifests.parse(manifests)) {
      var there = server.store.get(Manifests.ref(manifest));
      if (there.isEmpty()) {
        people.create(manifest);
        continue;
      }
      if (there.get().has("status") && !manifest.has("status"))
        manifest.set("status", there.get().get("status").deepCopy());
      people.update(manifest);
    }
    return this;
  }

  /**
   * Lets time pass, then the garbage collector, the namespace controller and all models act once.
   */
  public void advance(Duration time) {
    server.store.clock(server.store.now().plus(time));
    round();
  }

  /** Everybody acts once, at the same time as before. */
  public void round() {
    server.collect();
    for (var model : models) {
      if (!model.isTimeless()) {
        model.act(people);
      } else if (!witnesses.containsKey(model) || !witnesses.get(model).idle()) {
        witnesses.put(model, new Witness(people, server.store));
        model.act(witnesses.get(model));
      }
    }
  }

  /** Lets a second pass at a time until nothing changed for three, or {@code atMost} is over. */
  public void settle(Duration atMost) {
    var quiet = 0;
    for (var s = 0; s < atMost.toSeconds() && quiet < 3; s++) {
      var before = server.store.version();
      advance(Duration.ofSeconds(1));
      quiet = server.store.version() == before ? quiet + 1 : 0;
    }
  }

  public void settle() {
    settle(Duration.ofMinutes(2));
  }

  /** Fails write {@code number} of the operator (from 1, see {@link #count}) in this way. */
  public FakeCluster fault(int number, Fault fault) {
    operator.fault(number, fault);
    return this;
  }

  /** Asked for every write that has no fault by number. */
  public FakeCluster faults(FaultPlan plan) {
    operator.faults(plan);
    return this;
  }

  /** While true, whatever the operator asks for throws Unavailable. */
  public void away(boolean gone) {
    operator.away(gone);
  }

  /** How many writes the operator has tried, status commits included. */
  public int count() {
    return operator.writes().size();
  }

  /** Every write the operator has tried, in order. */
  public List<Recorded> writes() {
    return List.copyOf(operator.writes());
  }

  /** Those after the first {@code from}, to be made again in a cluster that has come so far. */
  public List<Consumer<FakeCluster>> requests(int from) {
    return List.copyOf(requests.subList(from, requests.size()));
  }

  /** RBAC: takes a permission away. {@code verb} "*" is all, {@code namespace} "" is everywhere. */
  public FakeCluster deny(String verb, Kind kind, String namespace) {
    operator.deny(verb, kind, namespace);
    return this;
  }

  /** Gives back what {@link #deny} took. */
  public FakeCluster permit(String verb, Kind kind, String namespace) {
    operator.permit(verb, kind, namespace);
    return this;
  }

  /** The cluster does not have these kinds (any more). Objects of them are out of sight. */
  public FakeCluster absent(Kind... kinds) {
    for (var kind : kinds) server.absent.add(kind.resource());
    return this;
  }

  /** The cluster has this kind, also one that Salvor does not know. */
  public FakeCluster serve(Kind kind) {
    server.serve(kind);
    return this;
  }

  /** A webhook, a policy, a quota. */
  public FakeCluster admission(Admission admission) {
    server.admissions.add(admission);
    return this;
  }

  /** A ResourceQuota that refuses the next so many claims in a namespace. */
  public FakeCluster exceedQuota(String namespace, int times) {
    var left = new AtomicInteger(times);
    return admission((before, after, _) -> {
      if (before != null
          || after == null
          || !after.path("kind").asText().equals("PersistentVolumeClaim")
          || !after.at("/metadata/namespace").asText().equals(namespace)
          || left.getAndDecrement() <= 0) return Optional.empty();
      return Optional.of(
          new ClusterException.Forbidden(
              "persistentvolumeclaims \"%s\" is forbidden: exceeded quota: storage"
                  .formatted(after.at("/metadata/name").asText())));
    });
  }

  /** A number for how all objects stand, whatever time it is. */
  public long standing() {
    return server.store.standing();
  }

  /** What is on the volumes; shared with the models that provision and restore. */
  public VolumeData volumeData() {
    return server.data;
  }

  /** What is on the volume with this UID; empty if nothing. */
  public String data(String pvUid) {
    return server.data.of(pvUid);
  }

  public void setData(String pvUid, String content) {
    server.data.set(pvUid, content);
  }

  /** What containers have printed; shared with the model of the kubelet. */
  public PodLogs logs() {
    return server.logs;
  }

  /** What a container has printed. */
  public void setLog(Ref pod, String container, String text) {
    server.logs.set(pod, container, text);
  }

  /**
   * A write of a recovery's status that is refused with Conflict unless {@code
   * metadata.resourceVersion} is current. Counted, and subject to faults, as every write.
   */
  public ObjectNode commitStatus(ObjectNode withResourceVersion) {
    requests.add(other -> other.commitStatus(withResourceVersion));
    return operator.status(withResourceVersion);
  }

  // ---- the operator's port

  @Override
  public Optional<Seen> get(Ref ref) {
    return operator.get(ref);
  }

  @Override
  public List<Seen> list(Kind kind, String namespace, Map<String, String> labels) {
    return operator.list(kind, namespace, labels);
  }

  @Override
  public Seen write(Write write) {
    requests.add(other -> other.write(write));
    return operator.write(write);
  }

  @Override
  public void delete(Victim victim, String resourceVersion) {
    requests.add(other -> other.delete(victim, resourceVersion));
    operator.delete(victim, resourceVersion, true);
  }

  @Override
  public void expel(Victim pod, String resourceVersion) {
    requests.add(other -> other.expel(pod, resourceVersion));
    operator.delete(pod, resourceVersion, false);
  }

  @Override
  public Optional<String> rehearse(Write write) {
    return operator.rehearse(write);
  }

  @Override
  public boolean allowed(String verb, Kind kind, String namespace) {
    return operator.allowed(verb, kind, namespace);
  }

  @Override
  public boolean serves(Kind kind) {
    operator.reach();
    return server.serves(kind);
  }

  @Override
  public List<Kind> namespacedKinds() {
    operator.reach();
    return server.kinds.values().stream()
        .filter(kind -> kind.namespaced() && server.serves(kind))
        .toList();
  }

  @Override
  public String log(Ref pod, String container, int lines) {
    operator.reach();
    return server.logs.tail(pod, container, lines);
  }
}
