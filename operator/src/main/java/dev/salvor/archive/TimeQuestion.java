package dev.salvor.archive;

import dev.salvor.archive.Answer.Unreachable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A moment: the newest base backup before it, and a commit behind it. */
record TimeQuestion(Question question) {
  Answer answer() {
    var time = time();
    for (var goal : question.goals()) {
      var reach = question.newest(goal, time);
      if (reach.isEmpty()) continue;
      var proof = question.bounds().of(reach.get()).covers(time, exclusive());
      if (proof.isEmpty()) continue;
      if (question.target().timeline() == null) {
        var other = new OtherLife(question, reach.get(), time).find();
        if (other.isPresent())
          return abandoned(other.get().timeline(), other.get().before(), other.get().after());
      }
      return goal == question.main()
          ? question.reachable(reach.get(), proof.get())
          : abandoned(goal, null, null);
    }
    return refusal();
  }

  private Instant time() {
    var time = question.target().time();
    if (time == null) throw new IllegalStateException("the target is no time");
    return time;
  }

  private boolean exclusive() {
    return question.target().stopsBefore();
  }

  private Answer abandoned(long timeline, @Nullable Instant before, @Nullable Instant after) {
    var time = time();
    return new Unreachable(
        "TargetOnAbandonedTimeline",
        "at "
            + time
            + " the database was on timeline "
            + timeline
            + ", which was given up for timeline "
            + question.main(),
        "Set spec.target.timeline to "
            + timeline
            + " to get what was written there (without spec.target.time if it is refused then), or to "
            + question.main()
            + " to go on as if it had not been",
        before,
        after);
  }

  private Answer refusal() {
    var time = time();
    var reaches = question.branches().to(question.main());
    var before = question.newest(question.main(), time);
    if (before.isEmpty()) {
      var first = reaches.getFirst().backup();
      return new Unreachable(
          question.target().backupID() == null ? "TargetBeforeFirstBackup" : "TargetBeforeBackup",
          "the target "
              + time
              + " is before the end of the "
              + (question.target().backupID() == null
                  ? "first usable base backup "
                  : "base backup ")
              + first.id()
              + " ("
              + first.endTime()
              + ")",
          "Choose a time from "
              + Recoverability.firstTarget(first)
              + " on, or an older lineage in spec.source",
          null,
          question.nearestAfter(time));
    }
    var bound = question.bounds().of(before.get());
    var gap = before.get().gap();
    var earlier = question.nearestBefore(time);
    if (gap != null) {
      var later = question.nearestAfter(time);
      return new Unreachable(
          "TargetInGap",
          "the target " + time + " cannot be reached: " + gap.text(),
          "Choose a time up to "
              + Refusals.moment(earlier)
              + " or from "
              + Refusals.moment(later)
              + " on",
          earlier,
          later);
    }
    return switch (bound) {
      case Bound.Exact(var last) ->
          tooLate(
              time.equals(last.at())
                  ? "the target "
                      + time
                      + " is the last commit itself: PostgreSQL stops only in front of a later one, and there is none"
                  : "nothing was committed after "
                      + last.at()
                      + " in the archived WAL: PostgreSQL would look for a commit behind the target "
                      + time
                      + " and fail",
              earlier);
      case Bound.Idle() ->
          tooLate(
              "nothing was committed after base backup "
                  + before.get().backup().id()
                  + ": PostgreSQL would look for a commit behind the target "
                  + time
                  + " and fail",
              earlier);
      case Bound.Uploads(var hard, _) ->
          tooLate(
              "the last WAL was uploaded at "
                  + hard.minus(Bound.SKEW)
                  + ", so nothing in it can be behind the target "
                  + time,
              earlier);
    };
  }

  private static Answer tooLate(String message, @Nullable Instant earlier) {
    return new Unreachable(
        "TargetAfterLastCommit",
        message,
        "Leave spec.target.time out to get everything there is"
            + (earlier == null ? "" : ", or choose a time up to " + earlier),
        earlier,
        null);
  }
}
