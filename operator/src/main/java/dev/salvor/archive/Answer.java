package dev.salvor.archive;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether an archive can bring a target back. */
public sealed interface Answer {
  /**
   * It can.
   *
   * @param backup where to start
   * @param timeline numeric, to be pinned: {@code latest} may lead elsewhere
   * @param switches how often replay changes the timeline; what cloudnative-pg #10818 spoils
   * @param proof how sure it is
   * @param until the moment that a target on this timeline must lie before; null if there is none
   * @param exact true if {@code until} is a commit and not an upload
   * @param segments how many segments are replayed at most
   */
  record Reachable(
      BackupInfo backup,
      long timeline,
      int switches,
      Proof proof,
      @Nullable Instant until,
      boolean exact,
      long segments)
      implements Answer {}

  /**
   * It cannot.
   *
   * @param reason an entry of docs/reasons.md
   * @param nearestBefore the latest moment before the target that can be reached; null if there is
   *     none
   * @param nearestAfter the earliest moment after it
   */
  record Unreachable(
      String reason,
      String message,
      String remedy,
      @Nullable Instant nearestBefore,
      @Nullable Instant nearestAfter)
      implements Answer {
    Unreachable(String reason, String message, String remedy) {
      this(reason, message, remedy, null, null);
    }
  }

  /** How sure it is that a target is reachable. */
  enum Proof {
    /** WAL behind it was read. */
    PROVEN,
    /** WAL was uploaded well after it, but cannot be read. */
    LIKELY,
    /** Nothing but that it is not later than the last upload. */
    UNPROVEN
  }
}
