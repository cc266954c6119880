package dev.salvor.velero;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The Velero server: the Deployment that is literally named {@code velero}; Velero itself reads the
 * image of its wait container from it (velero pkg/restore/actions/pod_volume_restore_action.go).
 */
record VeleroServer(Seen seen) {
  private static final Pattern VERSION = Pattern.compile("v?1\\.(\\d{1,4})(\\.|$|-)");

  static Optional<VeleroServer> in(ClusterReader cluster, String velero) {
    return cluster.get(Kinds.DEPLOYMENT.ref(velero, "velero")).map(VeleroServer::new);
  }

  /** Image of the container that runs the server. */
  String image() {
    for (var container : seen.at("/spec/template/spec/containers"))
      if (container.path("name").asText().equals("velero")) return container.path("image").asText();
    return seen.text("/spec/template/spec/containers/0/image");
  }

  boolean running() {
    return seen.number("/status/availableReplicas", 0) > 0;
  }

  boolean csi() {
    return arguments().stream()
        .anyMatch(argument -> argument.startsWith("--features") && argument.contains("EnableCSI"));
  }

  boolean pullsWithSecret() {
    return !seen.at("/spec/template/spec/imagePullSecrets").isEmpty();
  }

  /** The minor version of Velero 1.x, from label or image tag; empty if neither tells. */
  Optional<Integer> minor() {
    var image = image();
    var tag = image.substring(image.lastIndexOf('/') + 1);
    for (var text :
        List.of(
            seen.label("app.kubernetes.io/version"),
            tag.contains(":") ? tag.substring(tag.indexOf(':') + 1) : "")) {
      var found = VERSION.matcher(text);
      if (found.lookingAt()) return Optional.of(Integer.parseInt(found.group(1)));
    }
    return Optional.empty();
  }

  private List<String> arguments() {
    var all = new ArrayList<String>();
    for (var container : seen.at("/spec/template/spec/containers")) {
      container.path("args").forEach(argument -> all.add(argument.asText()));
      container.path("command").forEach(argument -> all.add(argument.asText()));
    }
    // --features and its value may be two arguments
    for (var i = 0; i + 1 < all.size(); i++)
      if (all.get(i).equals("--features")) all.set(i, "--features=" + all.get(i + 1));
    return all;
  }
}
