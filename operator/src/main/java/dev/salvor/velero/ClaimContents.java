package dev.salvor.velero;

import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.VolumeFacts;
import dev.salvor.api.VolumeFacts.Content;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Judges the claims of a recovery one by one against what the backup holds for them. */
record ClaimContents(
    ClusterReader cluster,
    Contents contents,
    Scope scope,
    Map<String, String> mapping,
    List<String> accepted,
    Findings found) {

  /** The claims with their contents; in scope Namespace also those that only the backup has. */
  List<VolumeFacts> of(List<VolumeFacts> known, String namespace) {
    var volumes = new ArrayList<VolumeFacts>();
    var names = new TreeSet<String>();
    for (var volume : known) {
      names.add(volume.claim());
      if (accepted.contains(volume.claim())) {
        found.warn(
            "ClaimStays",
            "claim " + volume.claim() + " stays at today's state, as spec.acceptMixedTimes says",
            "Take it out of spec.acceptMixedTimes to restore it too");
        continue;
      }
      volumes.add(judged(volume));
    }
    if (scope == Scope.Namespace) {
      for (var claim : contents.archive().claims().values()) {
        if (names.contains(claim.name())) continue;
        if (accepted.contains(claim.name())) {
          found.warn(
              "ClaimEmpty",
              "claim " + claim.name() + " comes back empty, as spec.acceptMixedTimes says",
              "Fill it by other means before its workload needs it");
          continue;
        }
        volumes.add(judged(new VolumeFacts(claim.name(), null, null, null, null, null)));
      }
    }
    if (volumes.isEmpty() && scope == Scope.Volumes)
      found.refuse(
          "NothingToRestore",
          "there is no claim in namespace " + namespace + " that could be restored",
          "Name claims of the namespace in spec.persistentVolumeClaims, or use scope: Namespace");
    return volumes;
  }

  private VolumeFacts judged(VolumeFacts volume) {
    var claim = "claim " + volume.claim();
    switch (contents.of(volume.claim())) {
      case Contents.Verdict.Nothing(var reason, var why) -> {
        found.refuse(
            reason,
            "the backup has no data for " + claim + ": " + why,
            "Choose a backup that has it, or leave the claim as it is by naming it in spec.acceptMixedTimes");
        return volume.withContent(null);
      }
      case Contents.Verdict.Held(var content) -> {
        restorable(claim, volume.claim(), content);
        return volume.withContent(content);
      }
    }
  }

  private void restorable(String claim, String name, Content content) {
    var object = contents.archive().claims().get(name);
    if (object != null && content.method() == Method.FileSystem && readOnly(object))
      found.refuse(
          "ReadOnlyClaim",
          claim + " is ReadOnlyMany: Velero cannot write files into it",
          "Restore it by the means that filled it, and name it in spec.acceptMixedTimes");
    var from = content.storageClass() == null ? "" : content.storageClass();
    var into = mapping.getOrDefault(from, from);
    if (into.isEmpty()) {
      found.refuse(
          "NoStorageClass",
          claim + " has no StorageClass in the backup: no volume can be made for it",
          "Give one: spec.storageClassMapping: {\"\": <StorageClass>}");
      return;
    }
    var target = cluster.get(Kinds.STORAGE_CLASS.ref(into));
    if (target.isEmpty()) {
      found.refuse(
          "StorageClassMissing",
          claim + " needs StorageClass " + into + ", which does not exist",
          "Create it, or map it to another: spec.storageClassMapping: {\""
              + from
              + "\": <StorageClass>}");
    } else if (content.pod() == null && scope == Scope.Volumes && delayed(target.get())) {
      // velero.md K18: nothing would ever ask for the volume
      found.refuse(
          "NoConsumerForCopy",
          claim
              + " was used by no pod when the backup was made, and StorageClass "
              + into
              + " makes a volume only for a pod",
          "Map the class to one with volumeBindingMode Immediate in spec.storageClassMapping");
    }
  }

  private static boolean readOnly(Seen claim) {
    var modes = claim.at("/spec/accessModes");
    for (var mode : modes) if (!mode.asText().equals("ReadOnlyMany")) return false;
    return !modes.isEmpty();
  }

  private static boolean delayed(Seen storageClass) {
    return storageClass.text("/volumeBindingMode").equals("WaitForFirstConsumer");
  }
}
