package dev.salvor.postgres;

import dev.salvor.api.Facts;
import java.time.Instant;
import java.util.Optional;

/** What the bucket says of a lineage; the room itself cannot read it. */
@FunctionalInterface
public interface Archived {
  /** Nobody looks into the bucket. */
  Archived UNSEEN = _ -> Optional.empty();

  /**
   * When the newest WAL file below the prefix of {@link dev.salvor.api.PostgresFacts#lineage} was
   * put there; empty if there is none, or if it cannot be told.
   */
  Optional<Instant> newest(Facts facts);
}
