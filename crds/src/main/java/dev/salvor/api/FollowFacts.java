package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a copy that follows the living primary through its archive (DESIGN D5), and of
 * the end of what it has to replay.
 *
 * @param asleepSince when the Cluster was hibernated, as its operator says: it has not run since as
 *     long as this does not change; null before
 * @param timeline of the checkpoint by which the primary was shut down; 0 before it was read
 * @param checkpoint its WAL position, {@code 0/7000028}; null before it was read
 * @param end position up to which WAL was archived, and behind which nothing was committed: the
 *     start of the segment that the checkpoint is in, {@code 0/7000000}; null before it was read
 * @param lastSegment name of the WAL segment that ends there; null before it was read
 * @param drained true once all of it was archived and fetched by the copy, which then is promoted
 *     and follows no more
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FollowFacts(
    @Nullable Instant asleepSince,
    long timeline,
    @Nullable String checkpoint,
    @Nullable String end,
    @Nullable String lastSegment,
    boolean drained) {
  /** The copy follows, the primary lives. */
  public static final FollowFacts BEGUN = new FollowFacts(null, 0, null, null, null, false);

  /** The end of the old timeline; only to be called by steps that come after it was read. */
  public String knownEnd() {
    if (end == null) throw new IllegalStateException("the end of the old timeline was not read");
    return end;
  }

  /** See {@link #knownEnd}. */
  public String knownLastSegment() {
    if (lastSegment == null)
      throw new IllegalStateException("the end of the old timeline was not read");
    return lastSegment;
  }

  /** Hibernated at that time; of an earlier sleep nothing is known any more. */
  public static FollowFacts asleep(Instant since) {
    return new FollowFacts(since, 0, null, null, null, false);
  }

  /** Shut down by this checkpoint. */
  public FollowFacts shutDown(long timeline, String checkpoint, String end, String lastSegment) {
    return new FollowFacts(asleepSince, timeline, checkpoint, end, lastSegment, false);
  }

  /** All of it has reached the copy. */
  public FollowFacts withDrained() {
    return new FollowFacts(asleepSince, timeline, checkpoint, end, lastSegment, true);
  }
}
