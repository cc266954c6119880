package dev.salvor.workloads;

import dev.salvor.api.ConsumerChoice;
import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds what uses a database and is to stand still while it is exchanged: who has a Secret of it or
 * names a Service of it, and its Poolers; or what {@code named} says, and nothing else.
 *
 * @param named null to look for them; an empty list stops nothing
 */
public record FindDatabaseConsumers(
    ClusterReader cluster, Run run, @Nullable List<ConsumerChoice> named)
    implements Step.Look<Facts> {
  private static final String GROUP = "postgresql.cnpg.io";

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var findings = new Findings(name());
    var namespace = facts.knownTarget().namespace();
    var choices = named;
    var tops =
        choices == null ? used(namespace, facts, findings) : chosen(namespace, choices, findings);
    var consumers = inOrder(namespace, facts, tops.values(), findings);
    return Sight.seen(
        facts.withConsumers(consumers).withFindings(name(), findings.all()),
        consumers.isEmpty()
            ? "nothing that uses the database is stopped"
            : consumers.stream()
                .map(consumer -> consumer.ref().text())
                .collect(Collectors.joining(", ", "used by ", "")));
  }

  private Map<String, Seen> used(String namespace, Facts facts, Findings findings) {
    var database = facts.postgres().database();
    // the look at the Cluster has refused already, and the person gets all refusals together
    if (database == null) return Map.of();
    var names = DatabaseNames.of(cluster, namespace, database);
    var use = new DatabaseUse(cluster, namespace, names);
    var climb = new Climb(cluster);
    var tops = new LinkedHashMap<String, Seen>();
    for (var kind : Climb.CONTROLLERS) {
      for (var object : cluster.list(kind, namespace)) {
        if (!Census.makesPods(object) || ours(object)) continue;
        var by = use.of(object.at(ClaimUse.template(object)));
        by.ifPresent(what -> add(object, what, climb, tops, findings));
      }
    }
    for (var pod : cluster.list(Kinds.POD, namespace)) {
      if (PodStory.finished(pod) || ours(pod)) continue;
      use.of(pod.at("/spec")).ifPresent(what -> add(pod, what, climb, tops, findings));
    }
    var objections = Objections.ofDatabase(run, findings);
    tops.values().forEach(objections::to);
    for (var pooler : names.poolers()) {
      objections.to(pooler);
      tops.put(pooler.uid(), pooler);
    }
    return tops;
  }

  private void add(
      Seen object, String what, Climb climb, Map<String, Seen> tops, Findings findings) {
    switch (climb.of(object)) {
      case Climb.Top.Foreign foreign -> {
        // pods, Jobs and Deployments of Clusters and Poolers: their own operator stops them
        if (foreign.owner().group().equals(GROUP)) return;
        findings.refuse(
            "OperatorManaged",
            Foreigners.message(foreign)
                + ", which would start it again while the database is exchanged; it uses "
                + what,
            "Stop "
                + foreign.owner().text()
                + " by its own means and until its pods are gone; or name what is to be stopped"
                + " with spec.consumers, then nothing else is looked for");
      }
      case Climb.Top.Known(var top) -> {
        tops.putIfAbsent(top.uid(), top);
        if (Kinds.JOB.of(object.ref()) && Kinds.CRON_JOB.of(top.ref()))
          findings.warn(
              "JobRunning",
              object.ref().text() + " of " + top.ref().text() + " runs and uses the database",
              "Nothing to do: its end is waited for, before anything is stopped");
      }
    }
  }

  private Map<String, Seen> chosen(
      String namespace, List<ConsumerChoice> choices, Findings findings) {
    var tops = new LinkedHashMap<String, Seen>();
    var climb = new Climb(cluster);
    var objections = Objections.ofDatabase(run, findings);
    if (choices.isEmpty())
      findings.warn(
          "ConsumersNotStopped",
          "spec.consumers is empty, so nothing is stopped: applications lose the database for the"
              + " time of the exchange, and what they go on to write until then is not in the"
              + " recovered one",
          "Nothing to do if they bear that; else leave spec.consumers out in a new recovery");
    for (var choice : choices) {
      var seen = cluster.get(kind(choice).ref(namespace, choice.name()));
      if (seen.isEmpty()) {
        findings.refuse(
            "ConsumerMissing",
            choice.kind() + " " + namespace + "/" + choice.name() + " does not exist",
            "Correct spec.consumers in a new recovery; there is: kubectl -n "
                + namespace
                + " get "
                + kind(choice).resource());
        continue;
      }
      if (climb.of(seen.get()) instanceof Climb.Top.Foreign foreign) {
        findings.refuse(
            "OperatorManaged",
            Foreigners.message(foreign)
                + ", which would start it again while the database is exchanged",
            "Stop "
                + foreign.owner().text()
                + " by its own means and take it out of spec.consumers in a new recovery");
        continue;
      }
      if (tops.putIfAbsent(seen.get().uid(), seen.get()) == null) objections.to(seen.get());
    }
    return tops;
  }

  /** In the order in which they are held. */
  private List<ConsumerFacts> inOrder(
      String namespace, Facts facts, Collection<Seen> tops, Findings findings) {
    var roster = new Roster(cluster, run, namespace, facts);
    var timed = new ArrayList<ConsumerFacts>();
    var scaled = new ArrayList<ConsumerFacts>();
    var poolers = new ArrayList<ConsumerFacts>();
    for (var top : tops) {
      var entry = roster.entry(top, List.of());
      if (Hold.scales(top.ref())) scaled.add(entry);
      else if (Kinds.POOLER.of(top.ref())) poolers.add(entry);
      else if (!Kinds.POD.of(top.ref())) timed.add(entry);
    }
    var order = new ArrayList<>(roster.autoscalers(scaled, Objections.ofDatabase(run, findings)));
    order.addAll(timed);
    order.addAll(scaled);
    order.addAll(poolers);
    return order;
  }

  private boolean ours(Seen object) {
    return object.label(Marks.RUN).equals(run.uid());
  }

  private static Kind kind(ConsumerChoice choice) {
    return switch (choice.kind()) {
      case Deployment -> Kinds.DEPLOYMENT;
      case StatefulSet -> Kinds.STATEFUL_SET;
      case CronJob -> Kinds.CRON_JOB;
    };
  }
}
