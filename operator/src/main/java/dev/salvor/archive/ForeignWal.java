package dev.salvor.archive;

/** WAL of another database system than that of the base backups beside it. */
final class ForeignWal extends RuntimeException {
  private static final long serialVersionUID = 1;

  ForeignWal(Segment segment, String systemId) {
    super("WAL segment " + segment.name() + " is of system " + systemId);
  }

  /** {@link #getMessage} without the null. */
  String told() {
    return String.valueOf(getMessage());
  }
}
