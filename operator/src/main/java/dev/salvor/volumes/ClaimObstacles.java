package dev.salvor.volumes;

import dev.salvor.kube.NodeFit;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one claim and its volume forbid (swap.md section 3). */
final class ClaimObstacles {
  private static final String PROTECTION = "kubernetes.io/pvc-protection";

  /** Groups whose populators leave a claim with {@code volumeName} alone (swap.md B16). */
  private static final Set<String> KNOWN_SOURCES =
      Set.of("", "snapshot.storage.k8s.io", "volsync.backube");

  private ClaimObstacles() {}

  static List<Obstacle> of(ClaimView claim, Optional<PvView> volume, List<Seen> nodes) {
    var found = new ArrayList<Obstacle>();
    ForeignOwners.operator(claim.seen()).ifPresent(found::add);
    finalizers(claim, found);
    binding(claim, volume, found);
    shape(claim, found);
    source(claim, found);
    git(claim, volume, found);
    if (volume.isPresent() && !NodeFit.anyFits(volume.get().seen(), nodes))
      found.add(
          Obstacle.swap(
              "NodeGone",
              "the data of claim "
                  + claim.name()
                  + " is on a node that does not exist any more (volume "
                  + volume.get().name()
                  + ")",
              "leave out spec.strategy, or bring the node back"));
    return found;
  }

  static void finalizers(ClaimView claim, List<Obstacle> found) {
    var foreign = new ArrayList<String>();
    for (var finalizer : claim.seen().at("/metadata/finalizers"))
      if (!finalizer.asText().equals(PROTECTION)) foreign.add(finalizer.asText());
    if (!foreign.isEmpty())
      found.add(
          Obstacle.all(
              "ForeignFinalizer",
              "claim "
                  + claim.name()
                  + " has finalizer "
                  + String.join(", ", foreign)
                  + ": deleting it would wait for somebody else",
              "let its owner finish (a snapshot or clone may be running), then raise spec.retry"));
    if (claim.seen().terminating())
      found.add(
          Obstacle.swap(
              "ClaimTerminating",
              "claim " + claim.name() + " is being deleted",
              "stop the pods that still use it, and wait until it is gone"));
  }

  private static void binding(ClaimView claim, Optional<PvView> volume, List<Obstacle> found) {
    var sound =
        claim.bound()
            && volume.filter(pv -> pv.bound() && pv.claimUid().equals(claim.uid())).isPresent();
    if (sound) return;
    var why =
        claim.lost()
            ? "is Lost: its volume " + claim.volumeName() + " is gone"
            : claim.bound()
                ? "and its volume " + claim.volumeName() + " do not belong to each other"
                : "is " + (claim.phase().isEmpty() ? "Pending" : claim.phase()) + ", not bound";
    found.add(
        Obstacle.swap(
            claim.lost() ? "ClaimLost" : "ClaimNotBound",
            "claim " + claim.name() + " " + why,
            "leave out spec.strategy to restore it in place"));
  }

  private static void shape(ClaimView claim, List<Obstacle> found) {
    var modes = claim.accessModes();
    var text =
        claim.seen().text("/spec/volumeMode").equals("Block")
            ? "is a block device"
            : modes.contains("ReadWriteOncePod")
                ? "may be used by one pod only (ReadWriteOncePod)"
                : !modes.isEmpty() && modes.stream().allMatch("ReadOnlyMany"::equals)
                    ? "can only be read (ReadOnlyMany)"
                    : "";
    if (!text.isEmpty())
      found.add(
          Obstacle.swap(
              "ClaimNotSwappable",
              "claim " + claim.name() + " " + text + ", which no copy beside was proven for",
              "leave out spec.strategy to restore it in place"));
  }

  static void source(ClaimView claim, List<Obstacle> found) {
    var source = claim.seen().at("/spec/dataSourceRef");
    if (!source.isMissingNode() && !KNOWN_SOURCES.contains(source.path("apiGroup").asText("")))
      found.add(
          Obstacle.all(
              "ForeignPopulator",
              "claim "
                  + claim.name()
                  + " is filled by "
                  + source.path("kind").asText()
                  + " of "
                  + source.path("apiGroup").asText()
                  + ", which may fill it again when it is created",
              "restore it with the means of that populator; choose the other claims with"
                  + " spec.persistentVolumeClaims"));
  }

  static void git(ClaimView claim, Optional<PvView> volume, List<Obstacle> found) {
    if (ForeignOwners.gitFixesVolume(claim.seen()))
      found.add(
          Obstacle.all(
              "VolumeFixedInGit",
              "Git sets spec.volumeName: "
                  + claim.volumeName()
                  + " on claim "
                  + claim.name()
                  + " and would demand that volume again",
              "remove spec.volumeName from the claim's manifest in Git, then raise spec.retry"));
    if (volume.isPresent() && ForeignOwners.gitOwns(volume.get().seen()))
      found.add(
          Obstacle.all(
              "VolumeFixedInGit",
              "volume "
                  + volume.get().name()
                  + " of claim "
                  + claim.name()
                  + " is in Git, which would point it to the claim again",
              "take the PersistentVolume out of Git without deleting it (Flux: annotation"
                  + " kustomize.toolkit.fluxcd.io/prune: disabled; Argo CD: sync option"
                  + " Prune=false), then raise spec.retry"));
    if (ForeignOwners.gitForces(claim.seen()))
      found.add(
          Obstacle.swap(
              "GitForcesClaim",
              "Git may delete and create claim " + claim.name() + " again (force or replace)",
              "remove the force or Replace option from the claim in Git"));
  }
}
