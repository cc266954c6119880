package dev.salvor.postgres;

import dev.salvor.api.Facts;
import java.util.Optional;

/** What the bucket says of single files of WAL; the room itself cannot read it. */
public interface WalFiles {
  /** Empty if this WAL segment is in that lineage; else why not. */
  Optional<String> missing(Facts facts, String lineage, String segment);

  /**
   * Where a timeline left its parent, by its history file in that lineage; empty if there is none
   * that can be read and names the parent.
   *
   * @param end position in the WAL of the parent
   */
  Optional<Left> left(Facts facts, String lineage, long timeline, long parent, String end);

  /**
   * Where a timeline left its parent.
   *
   * @param reaches true if that is not before the position asked for
   */
  record Left(String at, boolean reaches) {}
}
