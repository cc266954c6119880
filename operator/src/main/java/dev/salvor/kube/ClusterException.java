package dev.salvor.kube;

/**
 * A surprise from the API server. Steps do not catch it, except where a step knows what it means
 * there: the tick is repeated from what the cluster shows then, and the deadline of the step
 * counts.
 */
public abstract sealed class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private ClusterException(String message) {
    super(message);
  }

  /** 404 in answer to a write. */
  public static final class NotFound extends ClusterException {
    private static final long serialVersionUID = 1;

    public NotFound(String message) {
      super(message);
    }
  }

  /** 409: the object is not the one that was read. */
  public static final class Conflict extends ClusterException {
    private static final long serialVersionUID = 1;

    public Conflict(String message) {
      super(message);
    }
  }

  /** 409 in answer to a {@link Write.Create}. */
  public static final class AlreadyExists extends ClusterException {
    private static final long serialVersionUID = 1;

    public AlreadyExists(String message) {
      super(message);
    }
  }

  /** 403: RBAC, quota, admission; the message says which. */
  public static final class Forbidden extends ClusterException {
    private static final long serialVersionUID = 1;

    public Forbidden(String message) {
      super(message);
    }
  }

  /** 400 or 422: the API server will not take the object, now or later. */
  public static final class Invalid extends ClusterException {
    private static final long serialVersionUID = 1;

    public Invalid(String message) {
      super(message);
    }
  }

  /** No answer, or 429 or 5xx: the write may or may not have happened. */
  public static final class Unavailable extends ClusterException {
    private static final long serialVersionUID = 1;

    public Unavailable(String message) {
      super(message);
    }
  }
}
