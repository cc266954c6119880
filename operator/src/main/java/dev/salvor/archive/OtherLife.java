package dev.salvor.archive;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the timeline that was the database at some moment, where that is not the one to be
 * followed. After a recovery to an earlier moment into the same archive, the new timeline has a
 * hole from its fork to its own beginning: replay to a moment in that hole ends at the fork,
 * without a word, although what was written meanwhile is on the timeline that was given up.
 */
record OtherLife(Question question, Reach reach, Instant time) {
  /**
   * What the database was then.
   *
   * @param before the last moment that both share; null if it is not known
   * @param after when the followed timeline began; null if that cannot be reached
   */
  record Found(long timeline, @Nullable Instant before, @Nullable Instant after) {}

  /** Empty if the reach's own timeline holds what the database held then. */
  Optional<Found> find() {
    var others = others();
    // one of several: that which the others left later
    return others.stream()
        .filter(other -> to(other).filter(theirs -> with(theirs).others().isEmpty()).isPresent())
        .max(Comparator.naturalOrder())
        .or(() -> others.stream().max(Comparator.naturalOrder()))
        .flatMap(other -> question.fork(reach, other).map(fork -> found(other, fork)));
  }

  private Found found(long other, Fork fork) {
    var shared = lastShared(fork);
    var served = shared != null && !shared.isBefore(Recoverability.firstTarget(reach.backup()));
    var born = born(fork.next());
    var covered =
        question
            .newest(reach.route().goal(), born)
            .filter(later -> question.bounds().of(later).covers(born, false).isPresent());
    return new Found(other, served ? shared : null, covered.isPresent() ? born : null);
  }

  private OtherLife with(Reach theirs) {
    return new OtherLife(question, theirs, time);
  }

  private List<Long> others() {
    return question.lineage().segments().keySet().stream()
        .filter(other -> other != reach.route().goal())
        .filter(this::livedThen)
        .toList();
  }

  /** Also where something is missing on the way. */
  private Optional<Reach> to(long other) {
    return Route.between(reach.route().base(), other, question.lineage())
        .map(route -> Reach.walk(reach.backup(), route, question.lineage()));
  }

  private boolean livedThen(long other) {
    var fork = question.fork(reach, other);
    return fork.isPresent()
        && fork.get().next() != fork.get().parent()
        && time.isBefore(born(fork.get().next()))
        && !bornAfterFork(other).isAfter(time)
        && wrote(other, fork.get())
        && !shared(fork.get());
  }

  /** True if there is anything behind the fork that the followed timeline does not have. */
  private boolean wrote(long other, Fork fork) {
    var way = to(other);
    if (way.isEmpty()) return false;
    var theirs = way.get();
    var forked = fork.at().segment(question.lineage().segmentSize());
    if (Reach.present(theirs.route(), forked, question.lineage()).isEmpty()) return false;
    // behind a gap: it cannot be read, but it was written
    if (theirs.last().number() < forked || theirs.gap() != null) return true;
    return switch (question.bounds().of(theirs)) {
      case Bound.Exact(var last) -> last.lsn().isAfter(fork.at());
      case Bound.Idle() -> false;
      case Bound.Uploads uploads -> true;
    };
  }

  /** When it, or the ancestor that went another way than the followed timeline, began. */
  private Instant bornAfterFork(long other) {
    return Route.between(reach.route().base(), other, question.lineage())
        .flatMap(route -> Fork.between(route, reach.route()))
        .map(fork -> born(fork.next()))
        .orElse(Instant.MIN);
  }

  /** A timeline begins with the upload of its history file. */
  private Instant born(long timeline) {
    var history = question.lineage().histories().get(timeline);
    return history == null ? Instant.MIN : history.modified();
  }

  /** True if the moment lies before the fork for sure. */
  private boolean shared(Fork fork) {
    var lineage = question.lineage();
    var backedUp =
        lineage.usableBackups().stream()
            .filter(backup -> backup.timeline() == fork.parent())
            .filter(backup -> !backup.end().isAfter(fork.at()))
            .anyMatch(backup -> !time.isAfter(backup.beginTime()));
    if (backedUp) return true;
    var last = lastShared(fork);
    return last != null && !time.isAfter(last);
  }

  /** The last commit in the segments before that of the fork; null if none is known. */
  private @Nullable Instant lastShared(Fork fork) {
    var last =
        question
            .bounds()
            .before(
                reach.route(),
                fork.at().segment(question.lineage().segmentSize()),
                reach.backup().beginWal().number());
    return last == null ? null : last.at();
  }
}
