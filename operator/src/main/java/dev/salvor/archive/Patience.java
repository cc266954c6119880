package dev.salvor.archive;

import java.time.Duration;

/** How long somebody may still wait, over many calls. */
final class Patience {
  private final Duration whole;
  private final long end;

  Patience(Duration whole) {
    this.whole = whole;
    this.end = System.nanoTime() + whole.toNanos();
  }

  /**
   * Always true.
   *
   * @throws ArchiveException once it is over
   */
  boolean left() {
    if (System.nanoTime() - end > 0)
      throw new ArchiveException(
          ArchiveException.Kind.TIMEOUT,
          "the object store could not be read to the end within " + whole.toSeconds() + " s",
          "Look at the load of the object store and at the number of objects below the serverName, then try again");
    return true;
  }
}
