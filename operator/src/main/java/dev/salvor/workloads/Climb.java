package dev.salvor.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who is behind an object: from controller to controller, up to the one that nobody controls. */
final class Climb {
  static final List<Kind> CONTROLLERS =
      List.of(
          Kinds.DEPLOYMENT,
          Kinds.STATEFUL_SET,
          Kinds.DAEMON_SET,
          Kinds.REPLICA_SET,
          Kinds.REPLICATION_CONTROLLER,
          Kinds.CRON_JOB,
          Kinds.JOB);

  /** The end of a climb. */
  sealed interface Top {
    /** An object of Kubernetes itself. Its own controller, if it names one, is gone. */
    record Known(Seen object) implements Top {}

    /**
     * Something that Salvor does not know and cannot make stand still.
     *
     * @param lower the object that it controls
     */
    record Foreign(Seen lower, Ref owner, String uid) implements Top {}
  }

  private final ClusterReader cluster;
  private final Map<String, Top> found = new HashMap<>();

  Climb(ClusterReader cluster) {
    this.cluster = cluster;
  }

  Top of(Seen object) {
    var known = found.get(object.uid());
    if (known != null) return known;
    var top = climb(object);
    found.put(object.uid(), top);
    return top;
  }

  /** UID of the top, foreign or not. */
  String uid(Seen object) {
    return switch (of(object)) {
      case Top.Known(var top) -> top.uid();
      case Top.Foreign(_, _, var uid) -> uid;
    };
  }

  /** True if the object, or one on the way up, names a controller that is gone. */
  boolean orphaned(Seen object) {
    return of(object) instanceof Top.Known(var top) && controller(top).isPresent();
  }

  /** The ownerReference that controls, if there is one. */
  static Optional<JsonNode> controller(Seen object) {
    for (var owner : object.at("/metadata/ownerReferences")) {
      if (owner.path("controller").asBoolean(false)) return Optional.of(owner);
    }
    return Optional.empty();
  }

  private Top climb(Seen object) {
    var controller = controller(object);
    if (controller.isEmpty()) return new Top.Known(object);
    var owner =
        new Ref(
            controller.get().path("apiVersion").asText(),
            controller.get().path("kind").asText(),
            object.namespace(),
            controller.get().path("name").asText());
    var uid = controller.get().path("uid").asText();
    var kind = CONTROLLERS.stream().filter(candidate -> candidate.of(owner)).findFirst();
    if (kind.isEmpty()) return new Top.Foreign(object, owner, uid);
    var seen = cluster.get(kind.get().ref(object.namespace(), owner.name()));
    return seen.isPresent() && seen.get().uid().equals(uid)
        ? of(seen.get())
        : new Top.Known(object);
  }
}
