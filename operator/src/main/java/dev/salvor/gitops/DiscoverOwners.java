package dev.salvor.gitops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.OwnerFacts;
import dev.salvor.api.Ref;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Records who writes to the target by himself, and who would take the hold of such a writer away:
 * root first. An owner that only wrote a writer once is left alone.
 */
public record DiscoverOwners(ClusterReader cluster, Run run) implements Look<Facts> {
  private static final int DEPTH = 6;

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var target = facts.target();
    if (target == null) {
      return Sight.seen(facts.withOwners(List.of()).withFindings(name(), List.of()), "no target");
    }
    var owners = Owners.read(cluster);
    var objects = objects(facts, target.namespace());
    var writers = writers(owners, objects, target.namespace());
    var findings = new OwnerFindings(cluster, run, owners, name());
    new ArrayList<>(writers.keySet())
        .forEach(writer -> addHolders(writer, owners, writers, findings));
    // whatever else an earlier pass has held must not be forgotten
    for (var owner : owners.all()) {
      if (Before.heldBy(owner, run)) writers.putIfAbsent(owner, "is held by this recovery");
    }

    var held = new ArrayList<Seen>();
    var seen = new LinkedHashSet<Ref>();
    for (var writer : writers.keySet()) rootFirst(writer, owners, writers, seen, held);
    for (var owner : held) findings.of(owner, standsByItself(owner));
    findings.ofObjects(objects, held);
    findings.ofClaims(facts, objects, held);
    findings.ofRecovery(held);

    var recorded =
        held.stream()
            .map(owner ->
                new OwnerFacts(
                    owner.ref(),
                    owner.uid(),
                    standsByItself(owner),
                    before(owner),
                    writers.get(owner)))
            .toList();
    return Sight.seen(
        facts.withOwners(recorded).withFindings(name(), findings.all()), summary(recorded));
  }

  /** The namespace, the claims and their consumers, and whoever owns those. */
  private List<Seen> objects(Facts facts, String namespace) {
    var refs = new LinkedHashSet<Ref>();
    refs.add(Kinds.NAMESPACE.ref(namespace));
    facts.volumes().forEach(volume -> refs.add(Kinds.PVC.ref(namespace, volume.claim())));
    facts.consumers().forEach(consumer -> refs.add(consumer.ref()));
    facts.workloads().forEach(workload -> refs.add(workload.ref()));
    facts.schedules().stream()
        .filter(schedule -> namespace.equals(schedule.ref().namespace()))
        .forEach(schedule -> refs.add(schedule.ref()));
    var database = facts.postgres().database();
    if (database != null) {
      refs.add(Kinds.CLUSTER.ref(namespace, database.name()));
      var archive = database.archive();
      var store = archive == null ? null : archive.objectStore();
      if (store != null) refs.add(Kinds.OBJECT_STORE.ref(namespace, store));
    }
    var found = new LinkedHashMap<Ref, Seen>();
    refs.forEach(ref -> climb(ref, found, 0));
    return List.copyOf(found.values());
  }

  private void climb(Ref ref, Map<Ref, Seen> found, int depth) {
    if (depth > DEPTH || found.containsKey(ref)) return;
    if (Kinds.ALL.stream().noneMatch(kind -> kind.of(ref))) return;
    var seen = cluster.get(ref);
    if (seen.isEmpty()) return;
    found.put(ref, seen.get());
    for (var owner : seen.get().at("/metadata/ownerReferences")) {
      climb(
          new Ref(
              owner.path("apiVersion").asText(),
              owner.path("kind").asText(),
              seen.get().namespace(),
              owner.path("name").asText()),
          found,
          depth + 1);
    }
  }

  /** Who writes to the target, and why we think so. */
  private Map<Seen, String> writers(Owners owners, List<Seen> objects, String namespace) {
    var writers = new LinkedHashMap<Seen, String>();
    for (var object : objects) {
      for (var owner : owners.namedBy(object)) {
        writers.putIfAbsent(owner, "applies " + object.ref().text());
      }
    }
    for (var owner : owners.reaching(namespace)) {
      writers.putIfAbsent(
          owner,
          objects.stream()
              .filter(object -> owners.manages(owner, object.ref()))
              .findFirst()
              .map(object -> "applies " + object.ref().text())
              .orElse("applies objects in Namespace " + namespace));
    }
    return writers;
  }

  /** Adds those that would take the hold of {@code child} away, up to the root. */
  private void addHolders(
      Seen child, Owners owners, Map<Seen, String> writers, OwnerFindings findings) {
    if (standsByItself(child)) return;
    var parents = owners.parents(child);
    for (var parent : parents) {
      if (writers.containsKey(parent)) continue;
      var why = owners.wouldRevert(parent, child);
      if (why.isEmpty()) continue;
      writers.put(parent, "would revert the hold of " + child.ref().text() + ": " + why.get());
      addHolders(parent, owners, writers, findings);
    }
    var declared = owners.declared(child);
    // an owner that applies itself does not do so any more once it is held
    if (declared.isPresent() && parents.isEmpty() && !owners.namedBy(child).contains(child)) {
      findings.unholdable(child, declared.get());
    }
  }

  private void rootFirst(
      Seen owner, Owners owners, Map<Seen, String> writers, Set<Ref> seen, List<Seen> order) {
    if (!seen.add(owner.ref())) return;
    for (var parent : owners.parents(owner)) rootFirst(parent, owners, writers, seen, order);
    if (writers.containsKey(owner)) order.add(owner);
  }

  /** True if somebody other than a recovery has made it stand. */
  private static boolean standsByItself(Seen owner) {
    return owner.annotation(Marks.HELD_BY).isEmpty() && Brake.of(owner.ref()).stands(owner);
  }

  /** As it was before any recovery: the other one gives it back before this one takes it. */
  private static ObjectNode before(Seen owner) {
    return owner.annotation(Marks.HELD_BY).isEmpty()
        ? Brake.of(owner.ref()).before(owner)
        : Before.annotated(owner);
  }

  private static String summary(List<OwnerFacts> owners) {
    if (owners.isEmpty()) return "no GitOps tool writes to the target";
    var held = owners.stream().filter(owner -> !owner.alreadyHeld()).toList();
    var standing = owners.size() - held.size();
    return "to be held: "
        + (held.isEmpty()
            ? "nothing"
            : String.join(", ", held.stream().map(owner -> owner.ref().text()).toList()))
        + (standing == 0 ? "" : "; already suspended by somebody else: " + standing);
  }
}
