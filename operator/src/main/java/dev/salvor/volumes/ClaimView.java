package dev.salvor.volumes;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A PersistentVolumeClaim as the API server showed it. */
record ClaimView(Seen seen) {
  static Optional<ClaimView> read(ClusterReader cluster, String namespace, String name) {
    return cluster.get(Kinds.PVC.ref(namespace, name)).map(ClaimView::new);
  }

  String name() {
    return seen.name();
  }

  String uid() {
    return seen.uid();
  }

  String volumeName() {
    return seen.text("/spec/volumeName");
  }

  String phase() {
    return seen.text("/status/phase");
  }

  boolean bound() {
    return phase().equals("Bound");
  }

  boolean lost() {
    return phase().equals("Lost");
  }

  Instant created() {
    return seen.time("/metadata/creationTimestamp").orElse(Instant.EPOCH);
  }

  /** Empty for a claim without one, and for one that forbids it with "". */
  String storageClass() {
    return seen.text("/spec/storageClassName");
  }

  /** {@code ReadWriteOnce, ReadOnlyMany}. */
  List<String> accessModes() {
    var modes = new ArrayList<String>();
    seen.at("/spec/accessModes").forEach(mode -> modes.add(mode.asText()));
    return modes;
  }

  /** Who made it, as far as the field managers tell. */
  String maker() {
    var managers = seen.at("/metadata/managedFields");
    return managers.isEmpty() ? "unknown" : managers.path(0).path("manager").asText("unknown");
  }

  /**
   * Names of the pods in any phase that name the claim: each keeps a deleted claim from going as
   * soon as it has a node, finished ones included (kubernetes v1.34.4
   * pkg/controller/volume/pvcprotection/pvc_protection_controller.go:374).
   */
  static List<String> users(ClusterReader cluster, String namespace, String claim) {
    return cluster.list(Kinds.POD, namespace).stream()
        .filter(pod -> usedBy(pod).contains(claim))
        .map(Seen::name)
        .sorted()
        .toList();
  }

  /** Names of the claims that a pod names. */
  static Set<String> usedBy(Seen pod) {
    var claims = new TreeSet<String>();
    for (var volume : pod.at("/spec/volumes")) {
      var claim = volume.at("/persistentVolumeClaim/claimName").asText("");
      if (!claim.isEmpty()) claims.add(claim);
      if (volume.has("ephemeral")) claims.add(pod.name() + "-" + volume.path("name").asText());
    }
    return claims;
  }
}
