package dev.salvor.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.Patience;
import java.time.Duration;
import java.util.function.Predicate;

/** Volumes and claims for the real binder; no provisioner, no node: a claim binds or it waits. */
final class RealVolumes {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ControlPlane plane;
  private final String namespace;

  RealVolumes(ControlPlane plane, String namespace) {
    this.plane = plane;
    this.namespace = namespace;
  }

  String namespace() {
    return namespace;
  }

  Ref volume(String name) {
    return Kinds.PV.ref(namespace + "-" + name);
  }

  Ref claim(String name) {
    return Kinds.PVC.ref(namespace, name);
  }

  /** A volume of 1 MiB of a class of this namespace; {@code over} is merged over it. */
  Ref makeVolume(String name, String over) {
    create(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: %s}
        spec:
          storageClassName: %s
          persistentVolumeReclaimPolicy: Retain
          capacity: {storage: 1Mi}
          accessModes: [ReadWriteOnce]
          hostPath: {path: /nowhere}
        """
            .formatted(volume(name).name(), namespace),
        over);
    return volume(name);
  }

  /** A volume that waits for this claim of this namespace: a claimRef without uid. */
  Ref makeVolumeFor(String name, String claim, String over) {
    var pointed =
        "spec: {claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: %s, name: %s}}"
            .formatted(namespace, claim);
    return makeVolume(
        name, Manifests.merged(Manifests.one(pointed), Manifests.one(over)).toString());
  }

  Ref makeClaim(String name, String over) {
    create(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: %s, namespace: %s}
        spec:
          storageClassName: %s
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Mi}}
        """
            .formatted(name, namespace, namespace),
        over);
    return claim(name);
  }

  /** A claim of that name, bound to a volume of that name. */
  Seen makeBound(String name) {
    makeVolumeFor(name, name, "{}");
    makeClaim(name, "spec: {volumeName: %s}".formatted(volume(name).name()));
    await(claim(name), "Bound", seen -> phase(seen).equals("Bound"));
    return await(volume(name), "Bound", seen -> phase(seen).equals("Bound"));
  }

  void create(String yaml, String over) {
    plane.world().create(Manifests.merged(Manifests.one(yaml), Manifests.one(over)));
  }

  /** A volume of that claim template volume, as the real pod template would have it. */
  ObjectNode podUsing(String pod, String claim, String over) {
    return Manifests.merged(
        Manifests.one(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s, namespace: %s}
            spec:
              containers: [{name: c, image: none}]
              volumes: [{name: data, persistentVolumeClaim: {claimName: %s}}]
            """
                .formatted(pod, namespace, claim)),
        Manifests.one(over));
  }

  Seen await(Ref ref, String what, Predicate<Seen> wanted) {
    var last = new java.util.concurrent.atomic.AtomicReference<Seen>();
    Patience.until(
        PATIENCE,
        () -> ref.text() + " is not " + what + ": " + plane.world().get(ref),
        () -> {
          // one read a try: a controller may take it away between two
          var seen = seen(ref);
          last.set(seen);
          return seen != null && wanted.test(seen);
        });
    return java.util.Objects.requireNonNull(last.get());
  }

  void awaitGone(Ref ref) {
    Patience.until(
        PATIENCE,
        () -> ref.text() + " is still there: " + plane.world().get(ref),
        () -> seen(ref) == null);
  }

  @org.jspecify.annotations.Nullable
  Seen seen(Ref ref) {
    return plane.world().get(ref).map(json -> new Seen(ref, json)).orElse(null);
  }

  static String phase(Seen seen) {
    return seen.text("/status/phase");
  }
}
