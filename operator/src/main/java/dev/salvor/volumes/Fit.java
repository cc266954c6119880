package dev.salvor.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.Quantity;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether a volume fits a claim. The binder asks none of this of a claim with {@code volumeName}
 * and a volume that points to it (kubernetes v1.34.4
 * pkg/controller/volume/persistentvolume/pv_controller.go:453), so Salvor has to.
 */
final class Fit {
  private static final List<String> SOURCES =
      List.of("csi", "nfs", "hostPath", "local", "iscsi", "rbd", "cephfs", "fc", "azureFile");

  private Fit() {}

  /**
   * Empty if it fits; else everything that does not. {@code claim} is a manifest or a live claim.
   */
  static Optional<String> whyNot(JsonNode claim, PvView volume) {
    var spec = claim.path("spec");
    var pv = volume.seen();
    var wrong = new ArrayList<String>();
    var wanted = Quantity.bytes(spec.at("/resources/requests/storage").asText(""));
    if (volume.bytes() < wanted)
      wrong.add(
          "it has "
              + pv.text("/spec/capacity/storage")
              + ", the claim asks for "
              + spec.at("/resources/requests/storage").asText());
    differs(
        "StorageClass",
        spec.path("storageClassName").asText(""),
        pv.text("/spec/storageClassName"),
        wrong);
    differs("volumeMode", mode(spec.path("volumeMode")), mode(pv.at("/spec/volumeMode")), wrong);
    differs(
        "VolumeAttributesClass",
        spec.path("volumeAttributesClassName").asText(""),
        pv.text("/spec/volumeAttributesClassName"),
        wrong);
    var modes = new TreeSet<String>();
    spec.path("accessModes").forEach(each -> modes.add(each.asText()));
    pv.at("/spec/accessModes").forEach(each -> modes.remove(each.asText()));
    if (!modes.isEmpty()) wrong.add("it lacks access mode " + String.join(", ", modes));
    return wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", wrong));
  }

  /**
   * Empty if the volume stands on its own: another one with the same directory or handle would be
   * the same data (B18), and Secrets in the shadow namespace go with it (B19).
   */
  static Optional<String> shares(PvView volume, List<Seen> all, @Nullable String shadow) {
    var source = source(volume.seen());
    if (!source.isEmpty()) {
      var twin =
          all.stream()
              .filter(other -> !other.uid().equals(volume.seen().uid()))
              .filter(other -> source(other).equals(source))
              .findFirst();
      if (twin.isPresent())
        return Optional.of("it is the same storage as PersistentVolume " + twin.get().name());
    }
    if (shadow != null) {
      for (var secret : volume.seen().at("/spec/csi").properties()) {
        if (secret.getKey().endsWith("SecretRef")
            && secret.getValue().path("namespace").asText().equals(shadow))
          return Optional.of(
              "its "
                  + secret.getKey()
                  + " is a Secret of the shadow namespace, which will be gone");
      }
    }
    return Optional.empty();
  }

  /** What and where the storage is, without what is not part of its identity. */
  private static String source(Seen volume) {
    for (var kind : SOURCES) {
      var source = volume.at("/spec/" + kind);
      if (source.isMissingNode()) continue;
      if (kind.equals("csi")) return handle(source);
      var place = kind.equals("local") || kind.equals("hostPath") ? node(volume) : "";
      return kind + " " + source + place;
    }
    return "";
  }

  /** The file drivers put the volume's name into the handle, although the directory is shared. */
  private static String handle(JsonNode csi) {
    var attributes = csi.path("volumeAttributes");
    var folder = attributes.path("subdir").asText(attributes.path("subDir").asText(""));
    var driver = "csi " + csi.path("driver").asText() + " ";
    if (folder.isEmpty()) return driver + csi.path("volumeHandle").asText();
    var share = attributes.path("share").asText(attributes.path("source").asText(""));
    return driver + attributes.path("server").asText("") + " " + share + " " + folder;
  }

  private static String node(Seen volume) {
    return " on " + volume.at("/spec/nodeAffinity");
  }

  private static String mode(JsonNode mode) {
    var text = mode.asText("");
    return text.isEmpty() ? "Filesystem" : text;
  }

  private static void differs(String what, String claim, String volume, List<String> wrong) {
    if (!claim.equals(volume))
      wrong.add(what + " is " + named(volume) + ", the claim's is " + named(claim));
  }

  private static String named(String value) {
    return value.isEmpty() ? "none" : value;
  }
}
