package dev.salvor.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.Facts;
import dev.salvor.api.OwnerFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Looks, before GitOps comes back, for what it would destroy then: claims that it would delete and
 * create again because they now differ from Git, and restored objects that Git does not have. Both
 * wait for a person and go on by themselves when they are gone. Git itself is not read: where
 * nothing in the cluster tells, the message says that nothing was found, not that all is well.
 */
public record CheckGitDrift(ClusterReader cluster, Run run) implements Look<Facts> {
  private static final Duration COMPARISON = Duration.ofMinutes(4);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var target = facts.target();
    if (target == null || facts.owners().isEmpty()) {
      return Sight.seen(facts, "no GitOps tool writes to the target");
    }
    var owners = Owners.read(cluster);
    var held = new ArrayList<Seen>();
    for (var owner : facts.owners()) {
      owners.find(owner.ref()).filter(seen -> seen.uid().equals(owner.uid())).ifPresent(held::add);
    }
    var stale = stale(facts, held, moment);
    if (!stale.isEmpty() && moment.running().compareTo(COMPARISON) < 0) {
      return Sight.notYet("waiting until Argo CD has compared " + String.join(", ", stale));
    }
    var dangers = recreated(facts, target.namespace(), held, owners);
    dangers.addAll(pruned(facts, target.namespace(), held));
    if (!dangers.isEmpty()) {
      return Sight.person(
          "GitOps stays held, because it would destroy what was restored: "
              + String.join("; ", dangers)
              + ". The recovery goes on by itself when this is gone.",
          Duration.ofSeconds(15));
    }
    return Sight.seen(
        facts,
        "found nothing that GitOps would destroy"
            + (stale.isEmpty() ? "" : "; not compared by Argo CD: " + String.join(", ", stale)));
  }

  /** H12: the claim has another class than before, and its owner answers that with deletion. */
  private List<String> recreated(Facts facts, String namespace, List<Seen> held, Owners owners) {
    var dangers = new ArrayList<String>();
    for (var volume : facts.volumes()) {
      var manifest = volume.manifest();
      var claim = cluster.get(Kinds.PVC.ref(namespace, volume.claim()));
      if (manifest == null || claim.isEmpty()) continue;
      var before = manifest.at("/spec/storageClassName").asText("");
      var now = claim.get().text("/spec/storageClassName");
      if (before.equals(now)) continue;
      for (var recreation : Recreation.of(claim.get(), held, owners)) {
        dangers.add(
            "%s has StorageClass %s, before it had %s, and %s. %s"
                .formatted(
                    claim.get().ref().text(),
                    now,
                    before,
                    recreation.message(),
                    recreation.remedy()));
      }
    }
    return dangers;
  }

  /** H15: Argo CD prunes what carries its tracking id and is not in Git. */
  private List<String> pruned(Facts facts, String namespace, List<Seen> held) {
    var dangers = new ArrayList<String>();
    for (var application : held) {
      if (!prunes(facts, application)) continue;
      for (var resource : application.at("/status/resources")) {
        var name = resource.path("name").asText();
        var kind = resource.path("kind").asText();
        if (!resource.path("requiresPruning").asBoolean()
            || !resource.path("namespace").asText().equals(namespace)) continue;
        // what was out of Git before is not ours to judge, as long as it is not our data
        if (facts.workloads().isEmpty() && !isClaim(facts, kind, name)) continue;
        if (kept(resource)) continue;
        dangers.add(
            ("%s would prune %s %s/%s. Bring it back into Git, delete it yourself, or run: kubectl -n"
                    + " %s annotate %s %s argocd.argoproj.io/sync-options=Prune=false")
                .formatted(
                    application.ref().text(),
                    kind,
                    namespace,
                    name,
                    namespace,
                    kind.toLowerCase(Locale.ROOT),
                    name));
      }
    }
    return dangers;
  }

  /** True if the object says that Argo CD must not prune it, or must ask first. */
  private boolean kept(JsonNode resource) {
    return Kinds.ALL.stream()
        .filter(kind ->
            kind.kind().equals(resource.path("kind").asText())
                && kind.group().equals(resource.path("group").asText("")))
        .findFirst()
        .flatMap(kind ->
            cluster.get(
                kind.ref(resource.path("namespace").asText(), resource.path("name").asText())))
        .map(seen -> seen.annotation("argocd.argoproj.io/sync-options"))
        .filter(options -> options.contains("Prune=false") || options.contains("Prune=confirm"))
        .isPresent();
  }

  /** Applications that prune and have not compared since the objects came back. */
  private static List<String> stale(Facts facts, List<Seen> held, Moment moment) {
    if (facts.workloads().isEmpty()) return List.of();
    return held.stream()
        .filter(application -> prunes(facts, application))
        .filter(application ->
            application
                .time("/status/reconciledAt")
                .filter(time -> !time.isBefore(moment.started()))
                .isEmpty())
        .map(application -> application.ref().text())
        .toList();
  }

  /** True for an Application that will prune by itself again once it is given back. */
  private static boolean prunes(Facts facts, Seen application) {
    if (!Kinds.APPLICATION.of(application.ref())) return false;
    return facts.owners().stream()
        .filter(owner -> owner.ref().equals(application.ref()) && !owner.alreadyHeld())
        .map(OwnerFacts::before)
        .filter(Objects::nonNull)
        .anyMatch(before -> before.path(ArgoBrake.AUTOMATED).path("prune").asBoolean());
  }

  private static boolean isClaim(Facts facts, String kind, String name) {
    return kind.equals(Kinds.PVC.kind())
        && facts.volumes().stream().anyMatch(volume -> volume.claim().equals(name));
  }
}
