package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.Json.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * kustomize-controller and helm-controller: server-side apply of what Git says, each interval, at
 * each change of the object and at each new {@code reconcile.fluxcd.io/requestedAt}; a suspended
 * object handles the token and nothing else (fluxcd/kustomize-controller v1.9,
 * internal/controller/kustomization_controller.go; gitops.md 2.3, 2.4).
 */
public final class FluxModel implements Model {
  private static final String TOKEN = "reconcile.fluxcd.io/requestedAt";
  private static final String HANDLED = "lastHandledReconcileAt";
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final Map<Ref, List<ObjectNode>> git = new LinkedHashMap<>();
  private final Map<Ref, Instant> applied = new HashMap<>();
  private final Map<Ref, Integer> waited = new HashMap<>();
  private final Set<Ref> inFlight = new HashSet<>();
  private final Map<Ref, String> refused = new HashMap<>();
  private int commits = 1;
  private boolean down;
  private int slow;

  /**
   * What Git holds for a Kustomization or HelmRelease, which must exist in the world. A manifest
   * that is itself one of them makes this one its parent.
   */
  public FluxModel in(Ref owner, List<ObjectNode> manifests) {
    git.put(owner, List.copyOf(manifests));
    return this;
  }

  /** A commit changes what Git holds for one of them; every source has the new revision. */
  public FluxModel commit(Ref owner, List<ObjectNode> manifests) {
    commits++;
    return in(owner, manifests);
  }

  /** What Git holds for a Kustomization or HelmRelease. */
  public List<ObjectNode> of(Ref owner) {
    return git.getOrDefault(owner, List.of());
  }

  /** No controller runs: no token is ever handled, nothing is applied. */
  public FluxModel down(boolean isDown) {
    down = isDown;
    return this;
  }

  /** A token is handled only after so many rounds. */
  public FluxModel slow(int rounds) {
    slow = rounds;
    return this;
  }

  /** A reconcile of this object has begun: it applies once more, suspended or not. */
  public FluxModel inFlight(Ref owner) {
    inFlight.add(owner);
    return this;
  }

  @Override
  public void act(World world) {
    if (down) return;
    fetch(world);
    for (var kind : List.of(Kinds.KUSTOMIZATION, Kinds.HELM_RELEASE)) {
      for (var owner : world.list(kind, "")) {
        if (git.containsKey(Json.ref(owner))) reconcile(world, kind, owner);
      }
    }
  }

  /** The source-controller, as fast as a webhook makes it. */
  private void fetch(World world) {
    for (var source : world.list(Kinds.GIT_REPOSITORY, "")) {
      if (text(source, "/status/artifact/revision").equals(revision())) continue;
      Json.at(source, "/status/artifact")
          .put("revision", revision())
          .put("digest", "sha256:" + "0".repeat(64))
          .put("path", "gitrepository/artifact.tar.gz")
          .put("url", "http://source-controller/gitrepository/artifact.tar.gz")
          .put("lastUpdateTime", world.now().truncatedTo(ChronoUnit.SECONDS).toString());
      world.update(source);
    }
  }

  /** What every source shows. */
  public String revision() {
    return "main@sha1:" + commits;
  }

  private void reconcile(World world, Kind kind, ObjectNode owner) {
    var ref = Json.ref(owner);
    var token = Json.annotation(owner, TOKEN);
    var asked = !token.isEmpty() && !token.equals(text(owner, "/status/" + HANDLED));
    if (asked && waited.merge(ref, 1, Integer::sum) <= slow) return;
    var suspended = owner.at("/spec/suspend").asBoolean();
    if (inFlight.remove(ref)) applyAll(world, kind, owner);
    if (!suspended && (asked || due(world, owner) || changed(owner))) {
      applyAll(world, kind, owner);
    } else if (!asked) {
      return;
    }
    waited.remove(ref);
    // what was applied may have been this object itself
    var fresh = world.get(ref);
    if (fresh.isEmpty()) return;
    var status = VeleroModel.status(fresh.get());
    if (asked) status.put(HANDLED, token);
    status.put("observedGeneration", fresh.get().at("/metadata/generation").asLong());
    if (!suspended) {
      var why = refused.remove(ref);
      if (why == null) status.put("lastAppliedRevision", revision());
      if (Kinds.KUSTOMIZATION.of(ref)) status.put("lastAttemptedRevision", revision());
      ready(status, fresh.get(), why);
      inventory(status, ref);
    }
    world.update(fresh.get());
  }

  private void applyAll(World world, Kind kind, ObjectNode owner) {
    var first = !applied.containsKey(Json.ref(owner));
    applied.put(Json.ref(owner), world.now());
    // Helm writes at a release only, unless it was told to correct drift or forced
    if (kind == Kinds.HELM_RELEASE
        && !first
        && !text(owner, "/spec/driftDetection/mode").equals("enabled")
        && !Json.annotation(owner, "reconcile.fluxcd.io/forceAt")
            .equals(Json.annotation(owner, TOKEN))) return;
    var helm = kind == Kinds.HELM_RELEASE;
    var as = world.as(helm ? "helm-controller" : "kustomize-controller");
    for (var manifest : git.getOrDefault(Json.ref(owner), List.of())) {
      if (excluded(world, manifest)) continue;
      var labelled = manifest.deepCopy();
      var group = helm ? "helm" : "kustomize";
      Json.at(labelled, "/metadata/labels")
          .put(group + ".toolkit.fluxcd.io/name", Json.name(owner))
          .put(group + ".toolkit.fluxcd.io/namespace", Json.namespace(owner));
      try {
        as.apply(labelled);
      } catch (ClusterException.Forbidden policy) {
        refused.put(Json.ref(owner), String.valueOf(policy.getMessage()));
      } catch (ClusterException other) {
        // an immutable field, or a namespace that is going: the real one says ReconciliationFailed
      }
    }
  }

  private static boolean excluded(World world, ObjectNode manifest) {
    return world
        .get(Json.ref(manifest))
        .filter(live ->
            Json.annotation(live, "kustomize.toolkit.fluxcd.io/reconcile").equals("disabled")
                || Json.terminating(live))
        .isPresent();
  }

  private boolean due(World world, ObjectNode owner) {
    var last = applied.get(Json.ref(owner));
    return last == null || !last.plus(INTERVAL).isAfter(world.now());
  }

  private static boolean changed(ObjectNode owner) {
    return owner.at("/metadata/generation").asLong(1)
        != owner.at("/status/observedGeneration").asLong(0);
  }

  private void ready(ObjectNode status, ObjectNode owner, @Nullable String why) {
    status
        .putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", why == null ? "True" : "False")
        .put("reason", why == null ? "ReconciliationSucceeded" : "ReconciliationFailed")
        .put("message", why == null ? "Applied revision: " + revision() : why)
        .put("observedGeneration", owner.at("/metadata/generation").asLong());
  }

  private void inventory(ObjectNode status, Ref owner) {
    var entries = status.putObject("inventory").putArray("entries");
    for (var manifest : git.getOrDefault(owner, List.of())) {
      var ref = Json.ref(manifest);
      var version = ref.apiVersion().substring(ref.apiVersion().indexOf('/') + 1);
      entries
          .addObject()
          .put(
              "id",
              Json.namespace(manifest) + "_" + ref.name() + "_" + ref.group() + "_" + ref.kind())
          .put("v", version);
    }
  }
}
