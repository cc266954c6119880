package dev.salvor.kube;

import dev.salvor.api.Marks;
import dev.salvor.api.Ref;

/**
 * The recovery on whose behalf something is written.
 *
 * @param ref the recovery
 * @param uid its UID: value of the label {@link Marks#RUN}
 */
public record Run(Ref ref, String uid) {
  /** Value of {@link Marks#HELD_BY} and {@link Marks#CONDEMNED}. */
  public String by() {
    return Marks.by(ref.kind(), ref.namespace() == null ? "" : ref.namespace(), ref.name(), uid);
  }

  /** First eight characters of the UID, for names. */
  public String shortId() {
    return uid.substring(0, Math.min(8, uid.length()));
  }

  /**
   * Name of the Velero Restore, its modifier ConfigMap and its DownloadRequests; new for every
   * attempt (velero.md H19).
   */
  public String restoreName(int attempt) {
    return "salvor-" + shortId() + "-" + attempt;
  }

  /**
   * Name of the shadow namespace of an attempt: recognisable, never reused, at most 63 characters.
   */
  public String shadow(String namespace, int attempt) {
    var suffix = "-salvor-" + shortId() + "-" + attempt;
    return namespace.substring(0, Math.min(namespace.length(), 63 - suffix.length())) + suffix;
  }
}
