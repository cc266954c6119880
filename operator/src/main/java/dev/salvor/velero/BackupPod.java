package dev.salvor.velero;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.Seen;
import java.util.SortedMap;
import java.util.TreeMap;

/** A pod as it was when the backup was taken. */
record BackupPod(Seen seen) {
  private static final String MIRROR = "kubernetes.io/config.mirror";

  String name() {
    return seen.name();
  }

  /**
   * Velero passes over pods that had ended and mirror pods (velero pkg/restore/restore.go,
   * isCompleted).
   */
  boolean restorable() {
    var phase = seen.text("/status/phase");
    return !phase.equals("Succeeded")
        && !phase.equals("Failed")
        && seen.annotation(MIRROR).isEmpty();
  }

  /** Names of its volumes that are claims -> claim. */
  SortedMap<String, String> claims() {
    var claims = new TreeMap<String, String>();
    for (var volume : seen.at("/spec/volumes")) {
      var claim = claim(volume);
      if (!claim.isEmpty()) claims.put(volume.path("name").asText(), claim);
    }
    return claims;
  }

  /** A generic ephemeral volume has a claim named after pod and volume. */
  private String claim(JsonNode volume) {
    if (volume.has("ephemeral")) return name() + "-" + volume.path("name").asText();
    return volume.at("/persistentVolumeClaim/claimName").asText();
  }

  /** True if the volume lives and dies with the pod. */
  boolean ephemeral(String name) {
    for (var volume : seen.at("/spec/volumes"))
      if (volume.path("name").asText().equals(name)) return volume.has("ephemeral");
    return false;
  }
}
