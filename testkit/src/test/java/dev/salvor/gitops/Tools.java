package dev.salvor.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The little of Flux and Argo CD that holding them needs: tokens are answered, refreshes done,
 * children written again. What Git holds is given in manifests.
 */
final class Tools implements Model {
  private final Map<Ref, List<ObjectNode>> git = new LinkedHashMap<>();
  boolean fluxDown;
  boolean argoDown;

  /** A Kustomization that applies these manifests at every round in which it is not suspended. */
  Tools in(Ref owner, String manifests) {
    git.put(owner, Manifests.parse(manifests));
    return this;
  }

  @Override
  public void act(World world) {
    if (!fluxDown) flux(world);
    if (!argoDown) argo(world);
  }

  private void flux(World world) {
    var owners = new ArrayList<>(world.list(Kinds.KUSTOMIZATION, ""));
    owners.addAll(world.list(Kinds.HELM_RELEASE, ""));
    for (var listed : owners) {
      var ref = Manifests.ref(listed);
      if (!listed.at("/spec/suspend").asBoolean()) {
        git.getOrDefault(ref, List.of()).forEach(world.as("kustomize-controller")::apply);
      }
      var owner = world.get(ref).orElseThrow();
      var token = annotations(owner).path("reconcile.fluxcd.io/requestedAt").asText("");
      if (token.equals(owner.at("/status/lastHandledReconcileAt").asText(""))) continue;
      owner.withObject("/status").put("lastHandledReconcileAt", token);
      world.update(owner);
    }
  }

  private void argo(World world) {
    for (var set : world.list(Kinds.APPLICATION_SET, "")) {
      for (var child : git.getOrDefault(Manifests.ref(set), List.of())) write(world, set, child);
      if (annotations(set).has(SetBrake.REFRESH)) {
        ((ObjectNode) annotations(set)).remove(SetBrake.REFRESH);
        world.update(set);
      }
    }
    for (var app : world.list(Kinds.APPLICATION, "")) {
      var terminating = app.at("/status/operationState/phase").asText().equals("Terminating");
      if (!annotations(app).has(ArgoBrake.REFRESH) && !terminating) continue;
      if (annotations(app) instanceof ObjectNode map) map.remove(ArgoBrake.REFRESH);
      if (terminating) {
        app.remove("operation");
        app.withObject("/status/operationState").put("phase", "Failed");
      }
      world.update(app);
    }
  }

  /** {@code found.Spec = generated.Spec}, but for what the set is told to leave alone. */
  private static void write(World world, ObjectNode set, ObjectNode child) {
    var live = world.get(Manifests.ref(child)).orElseThrow();
    var wanted = live.deepCopy();
    wanted.set("spec", child.at("/spec").deepCopy());
    for (var rule : set.at(SetBrake.IGNORED)) {
      for (var pointer : rule.path("jsonPointers")) {
        if (pointer.asText().equals("/spec/syncPolicy")) {
          wanted.withObject("/spec").set("syncPolicy", live.at("/spec/syncPolicy"));
        }
      }
    }
    var kept = new ArrayList<>(List.of(ArgoBrake.REFRESH));
    if (set.at(SetBrake.PRESERVED + "/annotations") instanceof ArrayNode names) {
      names.forEach(name -> kept.add(name.asText()));
    }
    var annotations = wanted.withObject("/metadata").putObject("annotations");
    for (var name : kept) {
      if (annotations(live).has(name)) annotations.set(name, annotations(live).get(name));
    }
    if (!wanted.at("/spec").equals(live.at("/spec"))
        || !annotations.equals(live.at("/metadata/annotations"))) {
      world.as("argocd-applicationset-controller").update(wanted);
    }
  }

  private static JsonNode annotations(ObjectNode object) {
    return object.at("/metadata/annotations");
  }
}
