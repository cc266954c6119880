package dev.salvor.workloads;

import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.TimeFacts;
import dev.salvor.api.Verification;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.GoDuration;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Waits until the consumers, or in scope Namespace all workloads, are ready and the Services answer
 * as the user expects (catalogue V2, V3). Records when that was: the end of the outage.
 */
public record VerifyWorkloads(
    ClusterReader cluster, HttpProbe http, @Nullable Verification verification, Scope scope)
    implements Step.Look<Facts> {
  @Override
  public Duration deadline() {
    var within = verification == null ? null : verification.workloadsReady();
    return within == null ? Duration.ofMinutes(10) : GoDuration.parse(within);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var findings = new Findings(name());
    var namespace = facts.knownTarget().namespace();
    var missing =
        scope == Scope.Namespace
            ? missingOfAll(namespace)
            : missingOfConsumers(facts.consumers(), findings);
    if (!missing.isEmpty()) return Sight.notYet(String.join("; ", missing));
    for (var get : gets()) {
      var silent = silent(namespace, get);
      if (silent.isPresent()) return Sight.notYet(silent.get());
    }
    var times = facts.times();
    return Sight.seen(
        facts
            .withTimes(new TimeFacts(times.provenAt(), times.outageFrom(), moment.now()))
            .withFindings(name(), findings.all()),
        "all workloads are ready" + (gets().isEmpty() ? "" : ", and their Services answer"));
  }

  private List<String> missingOfConsumers(List<ConsumerFacts> consumers, Findings findings) {
    var missing = new ArrayList<String>();
    for (var consumer : consumers) {
      var recorded = consumer.replicas();
      if (recorded == null) continue;
      var seen = cluster.get(consumer.ref());
      if (seen.isEmpty()) {
        findings.warn(
            "ConsumerGone",
            consumer.ref().text() + " is gone: somebody deleted it during the recovery",
            "Apply it again, or let GitOps do so; its data is restored");
        continue;
      }
      if (recorded > 0
          && seen.get().number(Hold.REPLICAS, 1) == 0
          && !autoscaled(consumer, consumers)) {
        missing.add(
            consumer.ref().text()
                + " is at 0 replicas, before the recovery it had "
                + recorded
                + ": kubectl -n "
                + seen.get().namespace()
                + " scale "
                + Kinds.of(consumer.ref()).resource()
                + " "
                + consumer.ref().name()
                + " --replicas="
                + recorded);
        continue;
      }
      readiness().missing(seen.get()).ifPresent(missing::add);
    }
    return missing;
  }

  private List<String> missingOfAll(String namespace) {
    var missing = new ArrayList<String>();
    for (var kind : Climb.CONTROLLERS) {
      if (kind.equals(Kinds.CRON_JOB) || kind.equals(Kinds.JOB)) continue;
      for (var workload : cluster.list(kind, namespace)) {
        if (Climb.controller(workload).isEmpty())
          readiness().missing(workload).ifPresent(missing::add);
      }
    }
    for (var pod : cluster.list(Kinds.POD, namespace)) {
      if (Climb.controller(pod).isEmpty() && !pod.text("/status/phase").equals("Succeeded"))
        PodStory.trouble(pod).ifPresent(missing::add);
    }
    return missing;
  }

  /** KEDA may have a target without work at 0. */
  private boolean autoscaled(ConsumerFacts consumer, List<ConsumerFacts> consumers) {
    return consumers.stream()
        .filter(other -> Kinds.SCALED_OBJECT.of(other.ref()))
        .flatMap(other -> cluster.get(other.ref()).stream())
        .filter(autoscaler -> autoscaler.number("/spec/minReplicaCount", 0) == 0)
        .anyMatch(autoscaler -> Roster.targets(autoscaler, consumer));
  }

  private Optional<String> silent(String namespace, Verification.Http get) {
    var path = get.path() == null ? "/" : get.path();
    var wanted = get.status() == null ? 200 : get.status();
    var what = "GET " + path + " of Service " + namespace + "/" + get.service() + " ";
    var service = cluster.get(Kinds.SERVICE.ref(namespace, get.service()));
    if (service.isEmpty()) return Optional.of(what + "is not possible: there is no such Service");
    var host = host(service.get());
    if (host.isEmpty())
      return Optional.of(what + "is not possible: it is of type ExternalName and not in here");
    URI address;
    try {
      address = URI.create("http://" + host + ":" + get.port() + path);
    } catch (IllegalArgumentException malformed) {
      return Optional.of(what + "is not possible: " + malformed.getMessage());
    }
    return switch (http.get(address)) {
      case HttpProbe.Answer.Status(var code) when code == wanted -> Optional.empty();
      case HttpProbe.Answer.Status(var code) ->
          Optional.of(what + "answers " + code + " instead of " + wanted);
      case HttpProbe.Answer.Silence(var why) -> Optional.of(what + "gets no answer: " + why);
    };
  }

  /**
   * The cluster IP, so that it also works without the cluster's DNS; a headless Service has none.
   */
  private static String host(Seen service) {
    if (service.text("/spec/type").equals("ExternalName")) return "";
    var address = service.text("/spec/clusterIP");
    if (address.isEmpty() || address.equals("None"))
      return service.name() + "." + service.namespace() + ".svc";
    return address.contains(":") ? "[" + address + "]" : address;
  }

  private List<Verification.Http> gets() {
    var gets = verification == null ? null : verification.http();
    return gets == null ? List.of() : gets;
  }

  private Readiness readiness() {
    return new Readiness(cluster, deadline());
  }
}
