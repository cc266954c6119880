package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;

/**
 * The provisioner of every class that has one (sig-storage-lib controller.go): makes a volume for a
 * claim that asks for it, and deletes the volume with its data as soon as it sees phase Released
 * and policy Delete in one version of the object, whoever wrote them (swap.md B2, B3).
 */
public final class ProvisionerModel implements Model {
  private boolean nodeLocal;
  private boolean full;
  private boolean deletes = true;

  /** Volumes can be used on the node they were made for only, as local-path's. */
  public ProvisionerModel nodeLocal() {
    nodeLocal = true;
    return this;
  }

  /** There is no room for another volume. */
  public ProvisionerModel full(boolean now) {
    full = now;
    return this;
  }

  /** Volumes are not deleted: the back end refuses, the object gets phase Failed. */
  public ProvisionerModel deletes(boolean now) {
    deletes = now;
    return this;
  }

  @Override
  public void act(World world) {
    for (var volume : world.look(Kinds.PV, "")) {
      if (volume.text("/status/phase").equals("Released")
          && volume.text("/spec/persistentVolumeReclaimPolicy").equals("Delete")
          && !volume.annotation(PvBinderModel.PROVISIONED_BY).isEmpty()) delete(world, volume);
    }
    for (var claim : world.look(Kinds.PVC, "")) {
      if (claim.text("/spec/volumeName").isEmpty()
          && !claim.terminating()
          && !claim.annotation(PvBinderModel.PROVISIONER).isEmpty()
          && !claim.has("/spec/selector")
          && !full) provision(world, claim);
    }
  }

  private void delete(World world, Seen volume) {
    if (!deletes) {
      world.save(
          volume
              .edit()
              .set("/status/phase", "Failed")
              .set("/status/message", "the back end refuses to delete the volume"));
      return;
    }
    world.volumeData().destroy(volume.uid());
    // CSI DeleteVolume
    Longhorn.handle(volume)
        .ifPresent(handle ->
            world.look(Kinds.LONGHORN_VOLUME, "").stream()
                .filter(one -> one.name().equals(handle))
                .forEach(one -> world.delete(one.ref())));
    world.delete(volume.ref());
  }

  private void provision(World world, Seen claim) {
    var name = "pvc-" + claim.uid();
    if (world.look(Kinds.PV.ref(name)).isPresent()) return;
    var found = world.look(Kinds.STORAGE_CLASS.ref(claim.text("/spec/storageClassName")));
    if (found.isEmpty()) return;
    var storageClass = found.get();
    var volume =
        Manifests.one(
            """
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: %s, annotations: {%s: %s}}
            spec:
              storageClassName: %s
              persistentVolumeReclaimPolicy: %s
              volumeMode: %s
              claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: %s, name: %s, uid: %s}
            """
                .formatted(
                    name,
                    PvBinderModel.PROVISIONED_BY,
                    storageClass.text("/provisioner"),
                    storageClass.name(),
                    storageClass.has("/reclaimPolicy")
                        ? storageClass.text("/reclaimPolicy")
                        : "Delete",
                    claim.text("/spec/volumeMode"),
                    claim.namespace(),
                    claim.name(),
                    claim.uid()));
    var spec = volume.withObject("/spec");
    if (claim.has("/spec/accessModes"))
      spec.set("accessModes", claim.at("/spec/accessModes").deepCopy());
    spec.putObject("capacity").put("storage", claim.text("/spec/resources/requests/storage"));
    source(spec, storageClass, claim, name);
    if (nodeLocal) pin(spec, claim.annotation(PvBinderModel.NODE));
    world.create(volume);
  }

  /** The folder of local-path, with its pattern if the class has one (swap.md B18); else CSI. */
  private void source(ObjectNode spec, Seen storageClass, Seen claim, String name) {
    if (!nodeLocal) {
      spec.putObject("csi")
          .put("driver", storageClass.text("/provisioner"))
          .put("volumeHandle", name);
      if (storageClass.has("/parameters"))
        spec.withObject("/csi").set("volumeAttributes", storageClass.at("/parameters").deepCopy());
      return;
    }
    var pattern = storageClass.text("/parameters/pathPattern");
    var folder =
        pattern.isEmpty()
            ? name + "_" + claim.namespace() + "_" + claim.name()
            : pattern
                .replace("{{ .PVC.Namespace }}", claim.namespace())
                .replace("{{ .PVC.Name }}", claim.name());
    spec.putObject("local").put("path", "/opt/local-path-provisioner/" + folder);
  }

  private static void pin(ObjectNode spec, String node) {
    if (node.isEmpty()) return;
    spec.withObject("/nodeAffinity/required")
        .putArray("nodeSelectorTerms")
        .addObject()
        .putArray("matchExpressions")
        .addObject()
        .put("key", "kubernetes.io/hostname")
        .put("operator", "In")
        .putArray("values")
        .add(node);
  }
}
