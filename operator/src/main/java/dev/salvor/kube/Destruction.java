package dev.salvor.kube;

import dev.salvor.api.Victim;
import java.util.Locale;

/**
 * One destructive request and its end. A process that dies between the request and its answer tells
 * of none; the event {@code Deleting} went out before.
 *
 * @param answer what the API server said; empty if it took the request
 */
public record Destruction(Run run, Victim victim, Deed deed, Outcome outcome, String answer) {
  /** What destroys. */
  public enum Deed {
    /** DELETE, with UID and resourceVersion as preconditions. */
    DELETE,
    /** The same without a grace period, for a pod whose node is gone. */
    EXPEL,
    /** Reclaim policy {@code Delete} on a volume that is not Bound: its provisioner deletes it. */
    RELEASE
  }

  /** How the request ended. */
  public enum Outcome {
    TAKEN,
    /** RBAC, an admission policy or validation: nothing was destroyed. */
    REFUSED,
    /** The victim, or the recovery, is not as it was read: nothing was destroyed. */
    CONFLICT,
    /** Somebody else was faster. */
    GONE,
    /** No answer: it may or may not have happened. */
    UNKNOWN;

    static Outcome of(ClusterException answer) {
      return switch (answer) {
        case ClusterException.Forbidden _, ClusterException.Invalid _ -> REFUSED;
        case ClusterException.Conflict _, ClusterException.AlreadyExists _ -> CONFLICT;
        case ClusterException.NotFound _ -> GONE;
        case ClusterException.Unavailable _ -> UNKNOWN;
      };
    }

    /** As labels and logs have it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
