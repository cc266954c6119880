package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Admission;
import dev.salvor.testkit.World;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a new volume the API server and Longhorn's webhook refuse and change, as far as a restore
 * runs into it (longhorn-manager v1.12.1 webhook/resources/volume/mutator.go and validator.go, CRD
 * {@code spec.size}: a string with an int64).
 */
public record LonghornWebhook(World world) implements Admission {
  @Override
  public Optional<ClusterException> refuse(
      @Nullable ObjectNode before, @Nullable ObjectNode after, String user) {
    if (before != null || after == null || !Kinds.LONGHORN_VOLUME.of(Json.ref(after)))
      return Optional.empty();
    var spec = after.withObject("/spec");
    if (!spec.path("size").isTextual() || !spec.path("size").asText().matches("[0-9]+"))
      return refused("cannot unmarshal spec.size " + spec.path("size") + " into int64");
    if (Json.name(after).length() > 40) return refused("the name would be corrected");
    var replicas = spec.path("numberOfReplicas").asInt(3);
    if (replicas < 1 || replicas > 20)
      return refused("volume.spec.numberOfReplicas: " + replicas + " is not between 1 and 20");
    if (!spec.path("frontend").asText().equals("blockdev"))
      return refused("invalid volume frontend specified: " + spec.path("frontend").asText());
    after.withObject("/metadata").putArray("finalizers").add("longhorn.io");
    var url = spec.path("fromBackup").asText("");
    if (url.isEmpty()) return Optional.empty();
    var backup =
        world.look(Kinds.LONGHORN_BACKUP, LonghornModel.HOME).stream()
            .filter(one -> one.text("/status/url").equals(url))
            .findFirst();
    if (backup.isEmpty()) return refused("cannot get backup of " + url + ": not found");
    spec.put("size", backup.get().text("/status/volumeSize"));
    after
        .withObject("/metadata/labels")
        .put("backup-volume", backup.get().text("/status/volumeName"));
    return Optional.empty();
  }

  private static Optional<ClusterException> refused(String why) {
    return Optional.of(
        new ClusterException.Invalid(
            "admission webhook \"mutator.longhorn.io\" denied the request: " + why));
  }
}
