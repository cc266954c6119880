package dev.salvor.archive;

/** Ends a scan from deep inside a record. */
final class Halt extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ScanEnd end;

  Halt(ScanEnd end) {
    super(end.message(), null, false, false);
    this.end = end;
  }

  ScanEnd end() {
    return end;
  }
}
