package dev.salvor.testkit.models;

import dev.salvor.kube.Edit;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a deleted claim while any pod object that was scheduled names it, Completed ones included
 * (Kubernetes pkg/controller/volume/pvcprotection, swap.md B8), and a deleted volume while it is
 * bound.
 */
public final class PvcProtectionModel implements Model {
  private static final String CLAIM = "kubernetes.io/pvc-protection";
  private static final String VOLUME = "kubernetes.io/pv-protection";

  @Override
  public boolean isTimeless() {
    return true;
  }

  @Override
  public void act(World world) {
    for (var claim : world.look(Kinds.PVC, "")) {
      if (!claim.terminating()) hold(world, claim, CLAIM);
      else if (!isUsed(world, claim)) release(world, claim, CLAIM);
    }
    for (var volume : world.look(Kinds.PV, "")) {
      if (!volume.terminating()) hold(world, volume, VOLUME);
      else if (!volume.text("/status/phase").equals("Bound")) release(world, volume, VOLUME);
    }
  }

  private static boolean isUsed(World world, Seen claim) {
    return world.look(Kinds.POD, claim.namespace()).stream()
        .filter(pod -> pod.has("/spec/nodeName"))
        .anyMatch(pod -> Pods.claims(pod).contains(claim.name()));
  }

  private static void hold(World world, Seen object, String finalizer) {
    var all = finalizers(object);
    if (all.contains(finalizer)) return;
    all.add(finalizer);
    world.save(with(object, all));
  }

  private static void release(World world, Seen object, String finalizer) {
    var all = finalizers(object);
    if (all.remove(finalizer)) world.save(with(object, all));
  }

  private static List<String> finalizers(Seen object) {
    var all = new ArrayList<String>();
    object.at("/metadata/finalizers").forEach(one -> all.add(one.asText()));
    return all;
  }

  private static Edit with(Seen object, List<String> finalizers) {
    var array = object.json().arrayNode();
    finalizers.forEach(array::add);
    return object.edit().set("/metadata/finalizers", array.isEmpty() ? null : array);
  }
}
