package dev.salvor.testkit.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.World;
import dev.salvor.testkit.demo.Screen.Tone;
import dev.salvor.testkit.models.KubeletModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The demo's own look at the cluster after the recovery: it does not take Salvor's word for it. */
final class Verdict {
  private static final List<Kind> HELD =
      List.of(Kinds.KUSTOMIZATION, Kinds.SCHEDULE, Kinds.DEPLOYMENT, Kinds.PVC);

  private final World world;
  private final Screen screen;
  private final List<String> wrong = new ArrayList<>();

  Verdict(World world, Screen screen) {
    this.world = world;
    this.screen = screen;
  }

  /**
   * Says what is proven and returns what is not as it should be.
   *
   * @param before names of the volumes that were behind the claims
   */
  List<String> of(JsonNode status, Map<String, String> before, KubeletModel kubelet) {
    check(
        status.path("phase").asText().equals("Succeeded"),
        "phase " + status.path("phase").asText() + ", Ready " + ready(status));
    for (var volume : status.at("/facts/volumes")) claim(volume, before);
    owners();
    leftovers(status, kubelet);
    return List.copyOf(wrong);
  }

  private static String ready(JsonNode status) {
    for (var condition : status.path("conditions"))
      if (condition.path("type").asText().equals("Ready")) return condition.path("status").asText();
    return "unknown";
  }

  private void claim(JsonNode volume, Map<String, String> before) {
    var claim = volume.path("claim").asText();
    var now = Scene.volume(world, claim);
    var name = now.at("/metadata/name").asText();
    var old = before.getOrDefault(claim, "");
    var bytes = volume.at("/content/bytes").asLong();
    check(
        bytes == Scene.BYTES.getOrDefault(claim, -1L)
            && now.at("/metadata/uid").asText().equals(volume.at("/copy/uid").asText())
            && bound(now, claim)
            && !name.equals(old),
        "claim %s: %,d bytes proven, now on %s (was %s)".formatted(claim, bytes, name, old));
    var content = Scene.read(world, claim);
    check(
        content.equals(Scene.good(claim)),
        "claim %s: the application reads \"%s\"".formatted(claim, content));
    var retained = world.get(Kinds.PV.ref(old));
    check(
        retained.isPresent()
            && retained.get().at("/spec/persistentVolumeReclaimPolicy").asText().equals("Retain"),
        "old volume of %s is kept (%s, policy Retain)".formatted(claim, old));
  }

  private boolean bound(ObjectNode volume, String claim) {
    return volume.at("/status/phase").asText().equals("Bound")
        && world
            .get(Kinds.PVC.ref("shop", claim))
            .filter(one -> one.at("/status/phase").asText().equals("Bound"))
            .isPresent();
  }

  private void owners() {
    var kustomization = object(Scene.KUSTOMIZATION);
    check(
        !kustomization.at("/spec/suspend").asBoolean(),
        "Flux Kustomization flux-system/shop: suspended = "
            + kustomization.at("/spec/suspend").asBoolean());
    var schedule = object(Scene.SCHEDULE);
    check(
        !schedule.at("/spec/paused").asBoolean(),
        "Velero Schedule daily: paused = " + schedule.at("/spec/paused").asBoolean());
    var web = object(Scene.DEPLOYMENT);
    check(
        web.at("/spec/replicas").asInt() == 1 && web.at("/status/readyReplicas").asInt() == 1,
        "Deployment web: %d of %d ready"
            .formatted(web.at("/status/readyReplicas").asInt(), web.at("/spec/replicas").asInt()));
  }

  private ObjectNode object(Ref ref) {
    return world.get(ref).orElseThrow(() -> new DemoFailed(ref.text() + " is gone"));
  }

  private void leftovers(JsonNode status, KubeletModel kubelet) {
    var left = new ArrayList<String>();
    for (var kind : HELD)
      for (var object : world.look(kind, ""))
        if (!object.annotation(Marks.HELD_BY).isEmpty()) left.add("hold on " + object.ref().text());
    for (var kind : List.of(Kinds.NAMESPACE, Kinds.CONFIG_MAP, Kinds.NETWORK_POLICY, Kinds.POD))
      for (var object : world.look(kind, ""))
        if (!object.label(Marks.RUN).isEmpty()) left.add(object.ref().text());
    check(
        left.isEmpty(),
        left.isEmpty()
            ? "nothing of Salvor is left but the old volumes"
            : "left over: " + String.join(", ", left));
    var started = new TreeSet<String>();
    for (var start : kubelet.starts())
      if (!List.of("shop", "velero", "flux-system").contains(start.namespace()))
        started.add(start.container());
    check(
        !started.contains("web"),
        "containers that ran beside the application: " + String.join(", ", started));
    var undo = status.path("undo");
    check(
        undo.path("possible").asBoolean(), "undo is possible until " + undo.path("until").asText());
  }

  private void check(boolean holds, String what) {
    screen.line(holds ? Tone.GOOD : Tone.BAD, (holds ? "   ok  " : "WRONG  ") + what);
    if (!holds) wrong.add(what);
  }
}
