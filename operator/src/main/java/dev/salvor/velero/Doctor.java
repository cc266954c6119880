package dev.salvor.velero;

import dev.salvor.api.Facts;
import dev.salvor.api.PodFacts;
import dev.salvor.engine.Moment;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says why a Restore does not move, from what the cluster shows now. Of the cures it knows one, the
 * safe one: to cancel a transfer whose pod is gone, for which Velero would wait for hours
 * (velero.md 9).
 */
record Doctor(ClusterReader cluster, Surroundings around, Run run, Restoring mode) {
  /** How long something may take before it is worth a word. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What is the matter. */
  sealed interface Diagnosis {
    /** Nothing: it moves. */
    record Well() implements Diagnosis {}

    /** It waits for something that may still come. */
    record Waits(String cause) implements Diagnosis {}

    /** A transfer that can never end by itself; to be cancelled. */
    record Orphan(Transfer transfer, String why) implements Diagnosis {}

    /** A container of the application has started in a pod that should hold still. */
    record Intruder(RestoredPod pod, String container) implements Diagnosis {}

    /** It cannot succeed any more. */
    record Hopeless(String reason, String message, String remedy) implements Diagnosis {}
  }

  /** The first thing that explains it; what endangers the application comes before all else. */
  Diagnosis examine(Facts facts, VeleroRestore restore, List<Transfer> transfers, Moment moment) {
    var namespace = namespace(facts);
    var pods = pods(namespace, restore);
    var endangered = pods(facts, pods);
    if (endangered.isPresent()) return endangered.get();
    for (var transfer : transfers) {
      if (transfer.terminal() || transfer.cancelled()) continue;
      var orphan = orphan(transfer);
      if (orphan.isPresent()) return orphan.get();
    }
    var server = server(facts, restore);
    if (server.isPresent()) return new Diagnosis.Waits(server.get());
    if (moment.running().compareTo(PATIENCE) < 0) return new Diagnosis.Well();
    return surroundings(namespace)
        .or(() -> stuck(namespace, pods))
        .or(() -> taken(pods, transfers))
        .or(() -> missing(facts, restore, pods))
        .<Diagnosis>map(Diagnosis.Waits::new)
        .orElse(new Diagnosis.Well());
  }

  /** What is wrong with the held pods, if the mode has any. */
  Optional<Diagnosis> pods(Facts facts, List<RestoredPod> pods) {
    if (!mode.holds()) return Optional.empty();
    return pods.stream().flatMap(pod -> broken(facts, pod).stream()).findFirst();
  }

  String namespace(Facts facts) {
    var namespace = facts.knownTarget().namespace();
    return mode == Restoring.BESIDE ? run.shadow(namespace, facts.restore().attempt()) : namespace;
  }

  List<RestoredPod> pods(String namespace, VeleroRestore restore) {
    var labels = Map.of(VeleroRestore.NAME_LABEL, LabelValue.of(restore.name()));
    return cluster.list(Kinds.POD, namespace, labels).stream().map(RestoredPod::new).toList();
  }

  /** swap.md H1, H2: a modifier that failed leaves the pod as it was, gated at best. */
  private static Optional<Diagnosis> broken(Facts facts, RestoredPod pod) {
    var started = pod.startedApplication();
    if (started.isPresent()) return Optional.of(new Diagnosis.Intruder(pod, started.get()));
    if (pod.gated() && planned(facts, pod.name()).isPresent())
      return Optional.of(
          new Diagnosis.Hopeless(
              "PodNotHeld",
              "Velero could not turn "
                  + pod.seen().ref().text()
                  + " into a held pod; it stays gated and nothing of it starts",
              "Look for \"applying patch\" in `velero restore logs`, repair it and retry"));
    if (!pod.gated() && !held(facts, pod))
      return Optional.of(
          new Diagnosis.Hopeless(
              "PodNotHeld",
              pod.seen().ref().text()
                  + " is neither gated nor held, so the application would start on the copy",
              "See whether an admission webhook changes new pods, repair it and retry"));
    return Optional.empty();
  }

  private static boolean held(Facts facts, RestoredPod pod) {
    return planned(facts, pod.name())
        .filter(plan -> HeldPod.asPlanned(plan, pod.seen().at("/spec")))
        .isPresent();
  }

  private Optional<Diagnosis> orphan(Transfer transfer) {
    if (!transfer.throughPod()) return Optional.empty();
    var namespace = transfer.seen().text("/spec/pod/namespace");
    var pod = cluster.get(Kinds.POD.ref(namespace, transfer.pod()));
    if (pod.isEmpty() || !pod.get().uid().equals(transfer.podUid()))
      return Optional.of(
          new Diagnosis.Orphan(
              transfer,
              "its pod is gone, deleted by a person or by a controller with too few replicas to want it"));
    if (pod.get().terminating())
      return Optional.of(new Diagnosis.Orphan(transfer, "its pod is being deleted"));
    return Optional.empty();
  }

  private Optional<String> server(Facts facts, VeleroRestore restore) {
    var server = VeleroServer.in(cluster, around.velero());
    if (server.isEmpty() || !server.get().running())
      return Optional.of("the Velero server does not run (Deployment velero has no available pod)");
    var location = facts.knownBackup().storageLocation();
    var found = StorageLocation.named(cluster, around.velero(), location);
    if (found.isPresent() && !found.get().available())
      return Optional.of(
          "storage location " + location + " is not Available: " + found.get().message());
    if (!restore.waiting()) return Optional.empty();
    return VeleroRestore.others(cluster, around.velero(), run).stream()
        .filter(other -> !other.waiting())
        .findFirst()
        .map(other -> "queued behind Restore " + other.name() + " (" + other.standing() + ")");
  }

  private Optional<String> surroundings(String namespace) {
    var seen = cluster.get(Kinds.NAMESPACE.ref(namespace));
    if (seen.isPresent() && seen.get().terminating())
      return Optional.of("namespace " + namespace + " is being deleted, Velero waits for that");
    return Optional.empty();
  }

  private Optional<String> stuck(String namespace, List<RestoredPod> pods) {
    for (var pod : pods) {
      if (mode.holds() && pod.gated()) continue;
      var text = pod.seen().ref().text();
      if (pod.seen().terminating())
        return Optional.of(text + " is being deleted, its finalizers: " + finalizers(pod.seen()));
      var stuck = pod.stuck();
      if (!stuck.isEmpty()) return Optional.of(text + " does not start: " + stuck);
      if (!pod.node().isEmpty()) continue;
      var claim = pending(namespace, pod);
      if (claim.isPresent()) return claim;
      var why = pod.unschedulable();
      if (!why.isEmpty()) return Optional.of(text + " finds no node: " + why);
    }
    return Optional.empty();
  }

  private Optional<String> pending(String namespace, RestoredPod pod) {
    for (var claim : new BackupPod(pod.seen()).claims().values()) {
      var seen = cluster.get(Kinds.PVC.ref(namespace, claim));
      if (seen.isEmpty())
        return Optional.of("claim " + claim + " of pod " + pod.name() + " is missing");
      if (seen.get().text("/status/phase").equals("Bound")) continue;
      var storage = seen.get().text("/spec/storageClassName");
      var known = cluster.get(Kinds.STORAGE_CLASS.ref(storage));
      if (known.isEmpty())
        return Optional.of("claim " + claim + " is Pending: there is no StorageClass " + storage);
      var why = pod.unschedulable();
      if (!known.get().text("/volumeBindingMode").equals("WaitForFirstConsumer") || why.isEmpty())
        return Optional.of(
            "claim " + claim + " is Pending: StorageClass " + storage + " has made no volume yet");
    }
    return Optional.empty();
  }

  /**
   * The pod waits for its data, but no node-agent takes the transfer up, or its helper is stuck.
   */
  private Optional<String> taken(List<RestoredPod> pods, List<Transfer> transfers) {
    for (var transfer : transfers) {
      if (transfer.terminal()) continue;
      var helper = cluster.get(Kinds.POD.ref(around.velero(), transfer.seen().name()));
      var stuck = helper.map(seen -> new RestoredPod(seen).stuck()).orElse("");
      if (!stuck.isEmpty()) return Optional.of(transfer.text() + ": its helper pod has " + stuck);
      if (!transfer.waiting()) continue;
      var pod = pods.stream().filter(one -> one.name().equals(transfer.pod())).findFirst();
      if (pod.isEmpty() || pod.get().node().isEmpty() || !pod.get().waitRunning()) continue;
      var node = pod.get().node();
      return Optional.of(
          NodeAgents.in(cluster, around.velero()).readyOn(node)
              ? "node-agent on node " + node + " has not begun " + transfer.text() + ": it is busy"
              : "no node-agent is ready on node "
                  + node
                  + ", where "
                  + transfer.text()
                  + " must run");
    }
    return Optional.empty();
  }

  /** Velero tells nobody but its log why it could not create a pod. */
  private Optional<String> missing(Facts facts, VeleroRestore restore, List<RestoredPod> pods) {
    if (!restore.itemsDone()) return Optional.empty();
    return facts.pods().stream()
        .map(PodFacts::name)
        .filter(name -> pods.stream().noneMatch(pod -> pod.name().equals(name)))
        .findFirst()
        .map(name ->
            "Velero has not created pod "
                + name
                + ": a quota, pod security or an admission webhook may refuse it, see `velero restore logs "
                + restore.name()
                + "`");
  }

  private static Optional<PodFacts> planned(Facts facts, String name) {
    return facts.pods().stream().filter(pod -> pod.name().equals(name)).findFirst();
  }

  private static String finalizers(Seen seen) {
    return seen.at("/metadata/finalizers").isEmpty()
        ? "none"
        : seen.at("/metadata/finalizers").toString();
  }
}
