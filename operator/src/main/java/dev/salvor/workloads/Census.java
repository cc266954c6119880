package dev.salvor.workloads;

import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.HoldFacts;
import dev.salvor.api.Marks;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who uses these claims: by pod template, by schedule, and by what lives now (swap.md B22). */
final class Census {
  private record Found(Seen top, Set<String> claims) {}

  private final ClusterReader cluster;
  private final Run run;
  private final String namespace;
  private final Set<String> chosen;
  private final Set<String> accepted;
  private final Roster roster;
  private final Findings findings;
  private final Climb climb;
  private final Set<String> movers;
  private final Set<String> existing;
  private final Map<String, Found> tops = new LinkedHashMap<>();
  private final List<ConsumerFacts> finished = new ArrayList<>();

  Census(
      ClusterReader cluster,
      Run run,
      String namespace,
      Set<String> chosen,
      Set<String> staying,
      Facts known,
      Findings findings) {
    this.cluster = cluster;
    this.run = run;
    this.namespace = namespace;
    this.chosen = chosen;
    this.accepted = new HashSet<>(chosen);
    accepted.addAll(staying);
    this.roster = new Roster(cluster, run, namespace, known);
    this.findings = findings;
    this.climb = new Climb(cluster);
    var source = known.source();
    this.movers =
        source == null
            ? Set.of()
            : source.writers().stream().map(HoldFacts::uid).collect(Collectors.toSet());
    this.existing =
        cluster.list(Kinds.PVC, namespace).stream()
            .map(Seen::name)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  void take() {
    var all = new TreeSet<>(existing);
    all.addAll(chosen);
    for (var kind : Climb.CONTROLLERS) {
      for (var object : cluster.list(kind, namespace)) {
        if (!makesPods(object) || moves(object)) continue;
        var claims = ClaimUse.ofWorkload(object, all);
        if (claims.stream().noneMatch(chosen::contains)) continue;
        var used = ClaimUse.inUse(object, existing, replicas(object));
        claims.stream().filter(chosen::contains).forEach(used::add);
        add(object, used);
      }
    }
    for (var pod : cluster.list(Kinds.POD, namespace)) {
      var claims = ClaimUse.ofPod(pod);
      if (claims.stream().anyMatch(chosen::contains)) addPod(pod, claims);
    }
    for (var found : tops.values())
      new Objections(run, accepted, existing, findings).to(found.top(), found.claims());
  }

  /**
   * In the order in which they are to be held; given back in another one. Pods among them have
   * finished or, being of a CronJob, will: they keep their claim, and nobody needs them.
   */
  List<ConsumerFacts> consumers() {
    var scaled = new ArrayList<ConsumerFacts>();
    var timed = new ArrayList<ConsumerFacts>();
    for (var found : tops.values()) {
      if (found.top().ref().kind().equals("Pod")) continue;
      (Hold.scales(found.top().ref()) ? scaled : timed)
          .add(roster.entry(found.top(), shared(found.claims())));
    }
    var objections = new Objections(run, accepted, existing, findings);
    var order = new ArrayList<>(roster.autoscalers(scaled, objections));
    order.addAll(timed);
    order.addAll(finished);
    order.addAll(scaled);
    return order;
  }

  private void addPod(Seen pod, Set<String> claims) {
    if (pod.label(Marks.RUN).equals(run.uid()) || moves(pod)) return;
    if (PodStory.finished(pod)) {
      finished.add(new ConsumerFacts(pod.ref(), pod.uid(), null, null, shared(claims)));
      findings.warn(
          "FinishedPod",
          "the finished pod "
              + pod.ref().text()
              + " still keeps claim "
              + String.join(", ", shared(claims))
              + " from being deleted",
          "Save its log if you need it: it is deleted with the approval of this plan");
      return;
    }
    var ephemeral = shared(ClaimUse.ephemeral(pod));
    if (!ephemeral.isEmpty())
      findings.refuse(
          "EphemeralClaim",
          "claim "
              + String.join(", ", ephemeral)
              + " is an ephemeral volume and goes with pod "
              + pod.ref().text(),
          "Leave it out of spec.persistentVolumeClaims");
    if (climb.of(pod) instanceof Climb.Top.Known(var top) && Kinds.CRON_JOB.of(top.ref()))
      finished.add(new ConsumerFacts(pod.ref(), pod.uid(), null, null, shared(claims)));
    add(pod, claims);
  }

  /** Of a backup that is paused, and its end waited for, before anything is stopped. */
  private boolean moves(Seen object) {
    return !movers.isEmpty()
        && climb.of(object) instanceof Climb.Top.Foreign(_, _, var uid)
        && movers.contains(uid);
  }

  private void add(Seen object, Set<String> claims) {
    switch (climb.of(object)) {
      case Climb.Top.Foreign foreign ->
          findings.refuse(
              "OperatorManaged",
              Foreigners.message(foreign)
                  + ", which would start it again while claim "
                  + String.join(", ", shared(claims))
                  + " is exchanged",
              Foreigners.remedy(foreign));
      case Climb.Top.Known(var top) -> {
        tops.computeIfAbsent(top.uid(), _ -> new Found(top, new LinkedHashSet<>()))
            .claims()
            .addAll(claims);
        if (Kinds.JOB.of(object.ref()) && Kinds.CRON_JOB.of(top.ref()))
          findings.warn(
              "JobRunning",
              object.ref().text() + " of " + top.ref().text() + " runs and uses the claims",
              "Nothing to do: its end is waited for, before anything is stopped");
      }
    }
  }

  /** A ReplicaSet of the past has no pods, and a Job that has ended makes no more. */
  static boolean makesPods(Seen object) {
    if (Kinds.JOB.of(object.ref())) return !CheckJobs.ended(object);
    return !Kinds.REPLICA_SET.of(object.ref())
        || Climb.controller(object).isEmpty()
        || object.number(Hold.REPLICAS, 1) > 0;
  }

  /** As it was before this recovery held it. */
  private int replicas(Seen object) {
    if (!Hold.scales(object.ref())) return 0;
    var before = Before.recorded(object, run, List.of(Hold.REPLICAS));
    return before.path(Hold.REPLICAS).asInt((int) object.number(Hold.REPLICAS, 1));
  }

  private List<String> shared(Collection<String> claims) {
    return claims.stream().filter(chosen::contains).sorted().toList();
  }
}
