package dev.salvor.kube;

import dev.salvor.api.Ref;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Live, quorum reads. Looks get this and nothing else. Every method may throw {@link
 * ClusterException}.
 */
public interface ClusterReader {
  /** Empty if there is no such object, or no such kind in this cluster. */
  Optional<Seen> get(Ref ref);

  /**
   * All objects of a kind; {@code namespace} "" means all namespaces. Empty if the cluster does not
   * serve the kind.
   */
  default List<Seen> list(Kind kind, String namespace) {
    return list(kind, namespace, Map.of());
  }

  /** Those that carry all of these labels. */
  List<Seen> list(Kind kind, String namespace, Map<String, String> labels);

  /** True if the cluster serves this kind (discovery, never concluded from a 404 of an object). */
  boolean serves(Kind kind);

  /** Every namespaced kind that can be listed, known to {@link Kinds} or not (discovery). */
  List<Kind> namespacedKinds();

  /**
   * A server-side dry run: empty if the write would be taken, else why not. Throws Unavailable, and
   * Conflict where the object is not the one that was read: that is no refusal, it is read again.
   */
  Optional<String> rehearse(Write write);

  /**
   * SelfSubjectAccessReview; {@code verb} as in RBAC rules, {@code namespace} "" for all or for a
   * cluster-scoped kind.
   */
  boolean allowed(String verb, Kind kind, String namespace);

  /** The last lines of a container's log; empty if there is none yet. */
  String log(Ref pod, String container, int lines);
}
