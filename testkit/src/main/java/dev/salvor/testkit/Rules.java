package dev.salvor.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.NodeFit;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;

/**
 * What the operator must never do, asked before every write of every plan (swap.md 1.1, DESIGN S1
 * and S9). A broken rule is an AssertionError: no fault excuses it.
 */
final class Rules {
  private final Store store;
  private final Set<String> deleted = new HashSet<>();

  Rules(Store store) {
    this.store = store;
  }

  void patch(ObjectNode before, ObjectNode after) {
    if (before.at("/spec/replicas").asInt(1) == 0 && after.at("/spec/replicas").asInt(1) > 0)
      starts(before);
    if (!before.path("kind").asText().equals("PersistentVolume")) return;
    var name = Manifests.ref(before).text();
    var was = before.at("/spec/claimRef");
    var is = after.at("/spec/claimRef");
    if (was.isObject() && !is.isObject())
      broken("claimRef of " + name + " was cleared: it is free for any claim (swap.md 1.1, 2)");
    if (is.isObject() && is.path("uid").asText("").isEmpty()) onlyOne(before, is);
    var policy = after.at("/spec/persistentVolumeReclaimPolicy").asText();
    if (policy.equals("Delete")
        && !before.at("/spec/persistentVolumeReclaimPolicy").asText().equals("Delete")
        && !before.at("/status/phase").asText().equals("Bound")
        && !isCondemned(before))
      broken(name + " is not Bound, got policy Delete and was not condemned before (swap.md B3)");
  }

  void delete(ObjectNode object) {
    var name = Manifests.ref(object).text();
    if (!isCondemned(object))
      broken(name + " was deleted without the mark " + Marks.CONDEMNED + " (DESIGN S9)");
    if (deleted.contains(Store.uid(object)))
      broken(name + ", UID " + Store.uid(object) + ", was deleted twice");
    switch (object.path("kind").asText()) {
      case "PersistentVolume" -> volume(object);
      case "PersistentVolumeClaim" -> claim(object);
      case "Volume" -> longhorn(object);
      case "Namespace" -> {
        if (!object.at("/metadata/labels").has(Marks.RUN))
          broken(name + " was deleted and is not of a recovery");
      }
      default -> {}
    }
  }

  /** A delete was executed. */
  void deleted(ObjectNode object) {
    deleted.add(Store.uid(object));
  }

  /** Only what no living node can serve, and what no provisioner would wipe (swap.md B21). */
  private void volume(ObjectNode volume) {
    var seen = new Seen(Manifests.ref(volume), volume);
    var name = seen.ref().text();
    var served =
        store.list(Kinds.NODE, "").stream()
            .filter(node -> node.at("/status/conditions/0/status").asText("True").equals("True"))
            .anyMatch(node -> NodeFit.fits(seen, new Seen(Manifests.ref(node), node)));
    if (served) broken(name + " was deleted although a living node serves it (swap.md B21)");
    if (!seen.text("/status/phase").equals("Released")
        || !seen.text("/spec/persistentVolumeReclaimPolicy").equals("Retain"))
      broken(name + " was deleted and is not both Released and Retain");
  }

  /** One that a recovery has made, and that nobody can use. */
  private void longhorn(ObjectNode volume) {
    var name = Manifests.ref(volume).text();
    if (!volume.at("/metadata/labels").has(Marks.RUN))
      broken(name + " was deleted and is not of a recovery");
    for (var pv : store.list(Kinds.PV, ""))
      if (pv.at("/spec/csi/volumeHandle").asText().equals(volume.at("/metadata/name").asText()))
        broken(name + " was deleted under " + Manifests.ref(pv).text());
  }

  private void claim(ObjectNode claim) {
    var name = Manifests.ref(claim).text();
    var namespace = store.get(Kinds.NAMESPACE.ref(claim.at("/metadata/namespace").asText()));
    if (namespace.isPresent() && namespace.get().at("/metadata/labels").has(Marks.RUN)) return;
    // one that a recovery has made to be filled beside
    if (claim.at("/metadata/labels").has(Marks.RUN)) return;
    var volume = claim.at("/spec/volumeName").asText("");
    if (volume.isEmpty()) return;
    var pv = store.get(Kinds.PV.ref(volume));
    if (pv.isEmpty()) return;
    var bound = pv.get().at("/spec/claimRef/uid").asText("").equals(Store.uid(claim));
    if (!bound) {
      if (!claim.at("/status/phase").asText().equals("Lost"))
        broken(name + " was deleted, but " + volume + " is not bound to its UID (swap.md 1.1, 3)");
    } else if (!pv.get().at("/spec/persistentVolumeReclaimPolicy").asText().equals("Retain")) {
      broken(name + " was deleted while " + volume + " is not Retain (swap.md 1.1, 3)");
    }
  }

  /** No consumer starts before all claims of its group have the volumes of one time. */
  private void starts(ObjectNode workload) {
    var namespace = workload.at("/metadata/namespace").asText();
    var recoveries = new ArrayList<>(store.list(Kinds.NAMESPACE_RESTORE, ""));
    recoveries.addAll(store.list(Kinds.VOLUME_RECOVERY, ""));
    for (var recovery : recoveries) {
      var facts = recovery.at("/status/facts");
      if (!facts.at("/target/namespace").asText().equals(namespace)) continue;
      var sides = new HashSet<String>();
      for (var volume : facts.path("volumes")) sides.add(side(namespace, volume));
      if (sides.contains("old") && sides.contains("copy") || sides.contains("none"))
        broken(
            Manifests.ref(workload).text()
                + " was started while its claims are on "
                + sides
                + " (swap.md 1.1, 4)");
    }
  }

  /** Which of its volumes a claim is bound to. */
  private String side(String namespace, JsonNode volume) {
    var old = volume.at("/old/name").asText("");
    var copy = volume.at("/copy/name").asText("");
    if (copy.isEmpty()) return "";
    var claim = store.get(Kinds.PVC.ref(namespace, volume.path("claim").asText()));
    if (claim.isEmpty()) return "none";
    var name = claim.get().at("/spec/volumeName").asText("");
    var bound =
        claim.get().at("/status/phase").asText().equals("Bound")
            && store
                .get(Kinds.PV.ref(name))
                .filter(pv -> pv.at("/spec/claimRef/uid").asText().equals(Store.uid(claim.get())))
                .isPresent();
    // a claim that never had a volume has none after it was left alone either
    var untouched = Store.uid(claim.get()).equals(volume.path("claimUid").asText());
    if (!bound) return untouched && old.isEmpty() ? "" : "none";
    return name.equals(copy) ? "copy" : name.equals(old) ? "old" : "";
  }

  private void onlyOne(ObjectNode volume, JsonNode claimRef) {
    for (var other : store.list(Kinds.PV, "")) {
      var theirs = other.at("/spec/claimRef");
      if (Store.uid(other).equals(Store.uid(volume)) || !theirs.isObject()) continue;
      if (theirs.path("uid").asText("").isEmpty()
          && theirs.path("namespace").equals(claimRef.path("namespace"))
          && theirs.path("name").equals(claimRef.path("name")))
        broken(
            Manifests.ref(volume).text()
                + " and "
                + Manifests.ref(other).text()
                + " both have a claimRef without UID to "
                + claimRef.path("namespace").asText()
                + "/"
                + claimRef.path("name").asText()
                + " (swap.md 1.1, 1)");
    }
  }

  private static boolean isCondemned(ObjectNode object) {
    return object.at("/metadata/annotations").path(Marks.CONDEMNED).isTextual();
  }

  private static void broken(String rule) {
    throw new AssertionError(rule);
  }
}
