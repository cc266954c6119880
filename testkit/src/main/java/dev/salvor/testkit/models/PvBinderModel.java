package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The PersistentVolume controller (Kubernetes pkg/controller/volume/persistentvolume): it binds
 * claims to volumes. It trusts whoever wrote {@code volumeName} and compares nothing then (swap.md
 * B1), and it frees a volume of its own whose claim went elsewhere (B4).
 */
public final class PvBinderModel implements Model {
  static final String COMPLETED = "pv.kubernetes.io/bind-completed";
  static final String BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
  static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
  static final String PROVISIONER = "volume.kubernetes.io/storage-provisioner";
  static final String NODE = "volume.kubernetes.io/selected-node";

  private final Map<String, Instant> noticed = new HashMap<>();
  private Duration slow = Duration.ZERO;

  /** Binds, and sees that a claim is gone, only after this time; up to 30 s is usual. */
  public PvBinderModel slow(Duration by) {
    slow = by;
    return this;
  }

  @Override
  public void act(World world) {
    for (var volume : world.look(Kinds.PV, "")) {
      world.look(volume.ref()).ifPresent(fresh -> volume(world, fresh));
    }
    for (var claim : world.look(Kinds.PVC, "")) {
      world.look(claim.ref()).ifPresent(fresh -> claim(world, fresh));
    }
  }

  private void volume(World world, Seen volume) {
    var claimRef = volume.at("/spec/claimRef");
    if (!claimRef.isObject() || claimRef.path("uid").asText("").isEmpty()) {
      phase(world, volume, "Available");
      return;
    }
    var claim =
        world
            .look(
                Kinds.PVC.ref(claimRef.path("namespace").asText(), claimRef.path("name").asText()))
            .filter(found -> found.uid().equals(claimRef.path("uid").asText()));
    if (claim.isEmpty()) {
      if (!volume.text("/status/phase").equals("Failed")
          && due(world, volume, "release" + claimRef.path("uid").asText()))
        phase(world, volume, "Released");
      return;
    }
    var wanted = claim.get().text("/spec/volumeName");
    if (wanted.equals(volume.name())) {
      phase(world, volume, "Bound");
    } else if (!wanted.isEmpty()) {
      lostRace(world, volume);
    }
  }

  /** The claim it points to is bound to another volume. */
  private static void lostRace(World world, Seen volume) {
    if (!volume.annotation(PROVISIONED_BY).isEmpty()
        && volume.text("/spec/persistentVolumeReclaimPolicy").equals("Delete")) {
      phase(world, volume, "Released");
    } else if (!volume.annotation(BY_CONTROLLER).isEmpty()) {
      world.save(
          volume
              .edit()
              .remove("/spec/claimRef")
              .annotate(BY_CONTROLLER, null)
              .set("/status/phase", "Available"));
    } else {
      world.save(volume.edit().remove("/spec/claimRef/uid").set("/status/phase", "Available"));
    }
  }

  private void claim(World world, Seen claim) {
    var name = claim.text("/spec/volumeName");
    if (!claim.annotation(COMPLETED).isEmpty()) {
      bound(world, claim, name);
    } else if (name.isEmpty()) {
      match(world, claim);
    } else {
      named(world, claim, name);
    }
  }

  private void bound(World world, Seen claim, String name) {
    var volume = world.look(Kinds.PV.ref(name));
    if (volume.isPresent()) {
      var claimRef = volume.get().at("/spec/claimRef");
      var ours = claimRef.path("uid").asText("").equals(claim.uid());
      if (ours || !claimRef.isObject()) {
        if (!ours || !isBound(volume.get()) || !isBound(claim)) bind(world, volume.get(), claim);
        return;
      }
    }
    if (due(world, claim, "lose")) phase(world, claim, "Lost");
  }

  /** Somebody wrote {@code volumeName}: bound without a look at size, class or mode. */
  private void named(World world, Seen claim, String name) {
    var volume = world.look(Kinds.PV.ref(name));
    if (volume.isEmpty()) return;
    var claimRef = volume.get().at("/spec/claimRef");
    if (!claimRef.isObject()) {
      if (satisfies(volume.get(), claim) && due(world, claim, "bind"))
        bind(world, volume.get(), claim);
    } else if (pointsTo(claimRef, claim) && due(world, claim, "bind")) {
      bind(world, volume.get(), claim);
    }
  }

  private void match(World world, Seen claim) {
    var prebound = find(world, claim, true);
    if (prebound.isPresent()) {
      if (due(world, claim, "bind")) bind(world, prebound.get(), claim);
      return;
    }
    var storageClass =
        world.look(Kinds.STORAGE_CLASS.ref(claim.text("/spec/storageClassName"))).orElse(null);
    if (isDelayed(storageClass) && claim.annotation(NODE).isEmpty()) return;
    var free = find(world, claim, false);
    if (free.isPresent()) {
      if (due(world, claim, "bind")) bind(world, free.get(), claim);
    } else if (storageClass != null
        && !storageClass.text("/provisioner").equals("kubernetes.io/no-provisioner")) {
      world.save(claim.edit().annotate(PROVISIONER, storageClass.text("/provisioner")));
    }
  }

  private static Optional<Seen> find(World world, Seen claim, boolean prebound) {
    return world.look(Kinds.PV, "").stream()
        .filter(volume -> !volume.terminating())
        .filter(volume -> Quantity.bytes(volume) >= Quantity.requested(claim))
        .filter(volume -> sameMode(volume, claim))
        .filter(volume ->
            prebound
                ? pointsTo(volume.at("/spec/claimRef"), claim)
                : !volume.at("/spec/claimRef").isObject() && satisfies(volume, claim))
        .findFirst();
  }

  private static boolean satisfies(Seen volume, Seen claim) {
    return Quantity.bytes(volume) >= Quantity.requested(claim)
        && sameMode(volume, claim)
        && volume.text("/spec/storageClassName").equals(claim.text("/spec/storageClassName"))
        && claim.at("/spec/selector/matchLabels").properties().stream()
            .allMatch(label -> volume.label(label.getKey()).equals(label.getValue().asText()));
  }

  private static boolean sameMode(Seen volume, Seen claim) {
    return volume.text("/spec/volumeMode").equals(claim.text("/spec/volumeMode"));
  }

  /** By name alone while the claimRef has no UID (swap.md 1.1). */
  private static boolean pointsTo(JsonNode claimRef, Seen claim) {
    var uid = claimRef.path("uid").asText("");
    return claimRef.path("namespace").asText().equals(claim.namespace())
        && claimRef.path("name").asText().equals(claim.name())
        && (uid.isEmpty() || uid.equals(claim.uid()));
  }

  private static void bind(World world, Seen volume, Seen claim) {
    var edit = volume.edit();
    var claimRef = volume.at("/spec/claimRef");
    if (!claimRef.path("uid").asText("").equals(claim.uid()))
      edit.set("/spec/claimRef", ref(claim));
    if (!claimRef.isObject()) edit.annotate(BY_CONTROLLER, "yes");
    world.save(edit.set("/status/phase", "Bound"));
    var done = claim.edit().annotate(COMPLETED, "yes");
    if (claim.text("/spec/volumeName").isEmpty())
      done.set("/spec/volumeName", volume.name()).annotate(BY_CONTROLLER, "yes");
    world.save(
        done.set("/status/phase", "Bound")
            .set("/status/accessModes", nothingAsNull(volume.at("/spec/accessModes")))
            .set("/status/capacity", nothingAsNull(volume.at("/spec/capacity"))));
  }

  private static ObjectNode ref(Seen claim) {
    return claim
        .json()
        .objectNode()
        .put("apiVersion", "v1")
        .put("kind", "PersistentVolumeClaim")
        .put("namespace", claim.namespace())
        .put("name", claim.name())
        .put("uid", claim.uid())
        .put("resourceVersion", claim.resourceVersion());
  }

  private static @Nullable JsonNode nothingAsNull(JsonNode node) {
    return node.isMissingNode() ? null : node.deepCopy();
  }

  static boolean isDelayed(@Nullable Seen storageClass) {
    return storageClass != null
        && storageClass.text("/volumeBindingMode").equals("WaitForFirstConsumer");
  }

  private static boolean isBound(Seen object) {
    return object.text("/status/phase").equals("Bound");
  }

  private static void phase(World world, Seen object, String phase) {
    if (!object.text("/status/phase").equals(phase))
      world.save(object.edit().set("/status/phase", phase));
  }

  /** True once the need for it is old enough. */
  private boolean due(World world, Seen object, String what) {
    var since = noticed.computeIfAbsent(object.uid() + what, _ -> world.now());
    return !world.now().isBefore(since.plus(slow));
  }
}
