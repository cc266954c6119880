package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.archive.WalLookup;
import dev.salvor.postgres.WalFiles;
import java.util.Optional;

/** What the room of databases asks, answered by that of archives. */
record WalFilesOfBucket(WalLookup lookup) implements WalFiles {
  @Override
  public Optional<String> missing(Facts facts, String lineage, String segment) {
    return lookup.missing(facts, lineage, segment);
  }

  @Override
  public Optional<Left> left(Facts facts, String lineage, long timeline, long parent, String end) {
    return lookup
        .left(facts, lineage, timeline, parent, end)
        .map(left -> new Left(left.at(), left.reaches()));
  }
}
