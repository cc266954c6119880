package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Argo CD application controller and the ApplicationSet controller: a refresh removes its
 * annotation; drift of a declared field is corrected where automated sync and self-heal are on,
 * fields that Git does not declare stay; an ApplicationSet writes spec, labels and annotations of
 * its children anew at every change (argoproj/argo-cd v3.5; gitops.md 3.2, 3.3).
 */
public final class ArgoModel implements Model {
  private static final String REFRESH = "argocd.argoproj.io/refresh";
  private static final String SKIP = "argocd.argoproj.io/skip-reconcile";
  private static final String TRACKING = "argocd.argoproj.io/tracking-id";
  private static final String INSTANCE = "app.kubernetes.io/instance";

  private final Map<Ref, List<ObjectNode>> git = new LinkedHashMap<>();
  private final Map<Ref, ObjectNode> generated = new LinkedHashMap<>();
  private final Set<Ref> syncing = new LinkedHashSet<>();
  private boolean byLabel;
  private boolean down;
  private boolean operationHangs;

  /** What Git holds for an Application, which must exist in the world. */
  public ArgoModel in(Ref application, List<ObjectNode> manifests) {
    git.put(application, List.copyOf(manifests));
    return this;
  }

  /** The Application that an ApplicationSet generates; written over at every change. */
  public ArgoModel generates(ObjectNode application) {
    generated.put(Json.ref(application), application);
    return this;
  }

  /** Resource tracking by label, as before Argo CD 3. */
  public ArgoModel tracksByLabel() {
    byLabel = true;
    return this;
  }

  /** No controller runs. */
  public ArgoModel down(boolean isDown) {
    down = isDown;
    return this;
  }

  /** A sync that has begun never ends. */
  public ArgoModel operationHangs(boolean hangs) {
    operationHangs = hangs;
    return this;
  }

  @Override
  public void act(World world) {
    if (down) return;
    generated.forEach((ref, wanted) -> overwrite(world, ref, wanted));
    for (var application : world.list(Kinds.APPLICATION, "")) {
      if (git.containsKey(Json.ref(application))
          && !Json.annotation(application, SKIP).equals("true")) compare(world, application);
    }
  }

  private void overwrite(World world, Ref ref, ObjectNode wanted) {
    var live = world.get(ref);
    if (live.isEmpty()) {
      world.as("argocd-applicationset-controller").create(wanted.deepCopy());
      return;
    }
    var found = live.get();
    var annotations = found.at("/metadata/annotations").deepCopy();
    if (annotations instanceof ObjectNode map) map.remove(REFRESH);
    var same =
        found.at("/spec").equals(wanted.at("/spec"))
            && Json.strings(annotations).equals(Json.strings(wanted.at("/metadata/annotations")));
    if (same) return;
    found.set("spec", wanted.at("/spec").deepCopy());
    var refresh = Json.annotation(found, REFRESH);
    var metadata = Json.at(found, "/metadata");
    metadata.remove("annotations");
    Json.strings(wanted.at("/metadata/annotations"))
        .forEach(Json.at(found, "/metadata/annotations")::put);
    if (!refresh.isEmpty()) Json.at(found, "/metadata/annotations").put(REFRESH, refresh);
    world.as("argocd-applicationset-controller").update(found);
  }

  private void compare(World world, ObjectNode application) {
    var ref = Json.ref(application);
    if (syncing.contains(ref)) {
      if (operationHangs) return;
      sync(world, application);
      syncing.remove(ref);
    }
    var live = world.get(ref);
    if (live.isEmpty()) return;
    var app = live.get();
    var before = app.deepCopy();
    var synced = synced(world, app);
    var status = VeleroModel.status(app);
    status.putObject("sync").put("status", synced ? "Synced" : "OutOfSync").put("revision", "1");
    status.putObject("health").put("status", "Healthy");
    resources(status, ref);
    if (app.at("/metadata/annotations").has(REFRESH)) {
      Json.at(app, "/metadata/annotations").remove(REFRESH);
      status.put("reconciledAt", world.now().toString());
    }
    if (!synced && automated(app) && selfHeals(app)) {
      syncing.add(ref);
      app.putObject("operation").putObject("sync").put("revision", "1");
      status
          .putObject("operationState")
          .put("phase", "Running")
          .put("startedAt", world.now().toString());
    }
    if (!app.equals(before)) world.update(app);
  }

  private void sync(World world, ObjectNode application) {
    var ref = Json.ref(application);
    var as = world.as("argocd-controller");
    for (var manifest : git.getOrDefault(ref, List.of())) {
      var tracked = manifest.deepCopy();
      if (byLabel) Json.at(tracked, "/metadata/labels").put(INSTANCE, ref.name());
      else Json.at(tracked, "/metadata/annotations").put(TRACKING, tracking(ref, manifest));
      try {
        if (world.get(Json.ref(manifest)).filter(Json::terminating).isEmpty()) as.apply(tracked);
      } catch (ClusterException refused) {
        // the real one tries again
      }
    }
    if (application.at("/spec/syncPolicy/automated/prune").asBoolean()) prune(world, ref);
    var fresh = world.get(ref);
    if (fresh.isEmpty()) return;
    fresh.get().remove("operation");
    VeleroModel.status(fresh.get())
        .putObject("operationState")
        .put("phase", "Succeeded")
        .put("finishedAt", world.now().toString());
    world.update(fresh.get());
  }

  /** Objects that claim to be of this Application and are not in Git: copies too, by label (Q6). */
  private void prune(World world, Ref application) {
    for (var kind : Kinds.ALL) {
      if (!kind.namespaced()) continue;
      for (var object : world.list(kind, "")) {
        if (claimed(application, object) && !inGit(application, object))
          world.delete(Json.ref(object));
      }
    }
  }

  private boolean claimed(Ref application, ObjectNode object) {
    return byLabel
        ? Json.label(object, INSTANCE).equals(application.name())
        : Json.annotation(object, TRACKING).equals(tracking(application, object));
  }

  private boolean inGit(Ref application, ObjectNode object) {
    return git.getOrDefault(application, List.of()).stream()
        .anyMatch(manifest -> Json.ref(manifest).equals(Json.ref(object)));
  }

  private static String tracking(Ref application, ObjectNode object) {
    var ref = Json.ref(object);
    return application.name()
        + ":"
        + ref.group()
        + "/"
        + ref.kind()
        + ":"
        + Json.namespace(object)
        + "/"
        + ref.name();
  }

  private boolean synced(World world, ObjectNode application) {
    return git.getOrDefault(Json.ref(application), List.of()).stream()
        .allMatch(manifest ->
            world.get(Json.ref(manifest)).filter(live -> declares(manifest, live)).isPresent());
  }

  /** True if the live object has everything that the manifest declares. */
  private static boolean declares(JsonNode manifest, JsonNode live) {
    if (!manifest.isObject()) return manifest.equals(live);
    for (var field : manifest.properties()) {
      if (!declares(field.getValue(), live.path(field.getKey()))) return false;
    }
    return true;
  }

  private void resources(ObjectNode status, Ref application) {
    var resources = status.putArray("resources");
    for (var manifest : git.getOrDefault(application, List.of())) {
      var ref = Json.ref(manifest);
      resources
          .addObject()
          .put("group", ref.group())
          .put("version", ref.apiVersion().substring(ref.apiVersion().indexOf('/') + 1))
          .put("kind", ref.kind())
          .put("namespace", Json.namespace(manifest))
          .put("name", ref.name())
          .put("status", "Synced");
    }
  }

  private static boolean automated(ObjectNode application) {
    var automated = application.at("/spec/syncPolicy/automated");
    return automated.isObject() && automated.path("enabled").asBoolean(true);
  }

  private static boolean selfHeals(ObjectNode application) {
    return text(application, "/spec/syncPolicy/automated/selfHeal").equals("true");
  }
}
