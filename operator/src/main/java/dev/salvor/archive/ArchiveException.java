package dev.salvor.archive;

/**
 * The object store failed. The message names bucket and endpoint and what a person can do about it,
 * and never a credential.
 */
public final class ArchiveException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What kind of failure it is. */
  public enum Kind {
    /** The bucket does not exist. */
    BUCKET_MISSING,
    /** The credentials are wrong, or not allowed to do this. */
    FORBIDDEN,
    /** Signed for another region than the bucket's. */
    WRONG_REGION,
    /** No connection, or an answer that says the store is down. */
    UNREACHABLE,
    /** The server's certificate is not trusted, or it does not speak TLS. */
    TLS,
    /** Something answers, but not as S3 does; or it refuses the request as wrong. */
    BAD_REQUEST,
    /** No answer in time. */
    TIMEOUT,
    /** There is no such object. */
    NO_SUCH_KEY
  }

  private final Kind kind;
  private final String remedy;

  public ArchiveException(Kind kind, String message, String remedy) {
    super(message);
    this.kind = kind;
    this.remedy = remedy;
  }

  public Kind kind() {
    return kind;
  }

  /** What to do, as an imperative sentence. */
  public String remedy() {
    return remedy;
  }

  /** {@link #getMessage} without the null. */
  public String told() {
    return String.valueOf(getMessage());
  }
}
