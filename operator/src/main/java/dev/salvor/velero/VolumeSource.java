package dev.salvor.velero;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What is really behind a PersistentVolume, so that two of them on one folder are noticed. */
final class VolumeSource {
  /** Attributes by which NFS and SMB drivers name a folder on a server. */
  private static final List<String> SHARE =
      List.of("server", "source", "share", "subdir", "subDir");

  private static final List<String> SECRETS =
      List.of(
          "controllerPublishSecretRef",
          "nodeStageSecretRef",
          "nodePublishSecretRef",
          "controllerExpandSecretRef",
          "nodeExpandSecretRef");

  private VolumeSource() {}

  /** Every way in which it can be named; two volumes with a name in common are the same folder. */
  static Set<String> of(Seen volume) {
    var names = new TreeSet<String>();
    var csi = volume.at("/spec/csi");
    if (csi.isObject()) {
      names.add("csi|" + csi.path("driver").asText() + "|" + csi.path("volumeHandle").asText());
      var share = new ArrayList<String>();
      for (var key : SHARE) {
        var value = csi.at("/volumeAttributes").path(key).asText();
        if (!value.isEmpty()) share.add(key + "=" + value);
      }
      // a server or a share alone is common to all volumes of a class
      if (share.stream().anyMatch(part -> part.startsWith("sub")))
        names.add("share|" + csi.path("driver").asText() + "|" + String.join("|", share));
    }
    for (var kind : List.of("local", "hostPath")) {
      var path = volume.text("/spec/" + kind + "/path");
      if (!path.isEmpty())
        names.add("path|" + path + "|" + volume.at("/spec/nodeAffinity/required"));
    }
    var nfs = volume.at("/spec/nfs");
    if (nfs.isObject())
      names.add("nfs|" + nfs.path("server").asText() + "|" + nfs.path("path").asText());
    return names;
  }

  /** Namespaces of the Secrets that its driver needs. */
  static Set<String> secretNamespaces(Seen volume) {
    var namespaces = new TreeSet<String>();
    for (var secret : SECRETS) {
      JsonNode namespace = volume.at("/spec/csi").path(secret).path("namespace");
      if (namespace.isTextual()) namespaces.add(namespace.asText());
    }
    return namespaces;
  }
}
