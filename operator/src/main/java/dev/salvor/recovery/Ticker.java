package dev.salvor.recovery;

import dev.salvor.api.Command;
import dev.salvor.api.Facts;
import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.engine.Engine;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Runbook;
import dev.salvor.kube.ClusterException;
import dev.salvor.recovery.Standings.Chapter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One tick of one recovery: from the recovery as it was read to the status that is to be committed,
 * with the resourceVersion that was read, before the next tick. Makes at most one write to the
 * cluster.
 */
public final class Ticker<R extends Recovery<? extends RecoverySpec>> {
  /**
   * How long the deletion of a recovery may take before its finalizer goes all the same; the
   * janitor gives back what is still held.
   */
  public static final Duration DELETION_LIMIT = Duration.ofMinutes(15);

  /**
   * What to commit, and when to come back.
   *
   * @param again empty when nothing is left to do
   */
  public record Turn(RecoveryStatus status, Optional<Duration> again) {}

  private final Playbook<R> playbook;
  private final Engine<Facts> engine = new Engine<>();

  public Ticker(Playbook<R> playbook) {
    this.playbook = playbook;
  }

  /** The next status. A deleted recovery is told to stop like an aborted one. */
  public Turn tick(R recovery, Instant now) {
    var status = recovery.getStatus() == null ? RecoveryStatus.unseen() : recovery.getStatus();
    var commands = Commands.seen(status.commands(), recovery, now);
    var intent = Intent.of(recovery.getSpec());
    var journal = Journals.read(status, intent);
    if (!journal.facts().intent().equals(intent)) {
      if (status.startedAt() == null) journal = Journal.empty(Facts.none(intent));
      else if (!aborting(recovery, commands))
        return specChanged(recovery, status, journal, commands, now);
    }
    var abort = aborting(recovery, commands) && !tooLate(recovery, journal, commands, now);
    var open = open(recovery, status, journal, commands, abort, now);
    if (commands.retriesSince(status.commands()) && failed(open, abort, journal)) {
      journal = playbook.again(engine.retry(open.runbook(), journal));
      return turn(
          recovery,
          status,
          open.chapter(),
          open.runbook(),
          journal,
          commands,
          open.abort(),
          Optional.of(Duration.ZERO),
          now);
    }
    Engine.Tick<Facts> tick;
    try {
      tick = engine.tick(open.runbook(), journal, open.abort(), now);
    } catch (ClusterException e) {
      tick = engine.stumble(open.runbook(), journal, open.abort(), words(e), recheck(e), now);
    }
    return turn(
        recovery,
        status,
        open.chapter(),
        open.runbook(),
        tick.journal(),
        commands,
        open.abort(),
        tick.again(),
        now);
  }

  /** True if nothing stands in the way of the object's removal. */
  public boolean over(R recovery, Instant now) {
    var status = recovery.getStatus();
    if (status == null || status.steps() == null || status.steps().isEmpty()) return true;
    var deleted = recovery.getMetadata().getDeletionTimestamp();
    if (deleted != null && Instant.parse(deleted).plus(DELETION_LIMIT).isBefore(now)) return true;
    var commands = Commands.seen(status.commands(), recovery, now);
    var journal = Journals.read(status, Intent.of(recovery.getSpec()));
    if (succeeded(recovery, journal, commands, now)) {
      // an undo that holds something already is brought to its end
      var undo = playbook.undo(recovery, journal.facts(), commands, false);
      var standing = engine.standing(undo, journal, false);
      return !journal.started("UndoAcquireLock")
          || standing != Standing.GOING && standing != Standing.TAKING_BACK;
    }
    var abort = !tooLate(recovery, journal, commands, now);
    var open = open(recovery, status, journal, commands, abort, now);
    var standing = engine.standing(open.runbook(), journal, open.abort());
    return standing == Standing.COMPLETE
        || standing == Standing.TAKEN_BACK
        || standing == Standing.STOPPED;
  }

  private record Open(Chapter chapter, Runbook<Facts> runbook, boolean abort) {}

  /**
   * Which runbook is open. An abort behind the point of no return opens the way back once the data
   * is in one piece.
   */
  private Open open(
      R recovery,
      RecoveryStatus status,
      Journal<Facts> journal,
      Commands commands,
      boolean abort,
      Instant now) {
    var forward = playbook.forward(recovery, journal.facts(), commands, now);
    var undo = playbook.undo(recovery, journal.facts(), commands, abort);
    var release = playbook.release(recovery);
    if (started(release, journal)) return new Open(Chapter.RELEASE, release, false);
    if (started(undo, journal)) {
      var back = engine.standing(undo, journal, false);
      return back == Standing.COMPLETE && releaseDue(recovery, status, now)
          ? new Open(Chapter.RELEASE, release, false)
          : new Open(Chapter.UNDO, undo, false);
    }
    var standing = engine.standing(forward, journal, abort);
    var wanted =
        commands.has(Command.Verb.Undo)
            && (standing == Standing.COMPLETE || standing == Standing.STOPPED);
    if (wanted || abort && standing == Standing.STOPPED) return new Open(Chapter.UNDO, undo, false);
    if (standing == Standing.COMPLETE && releaseDue(recovery, status, now))
      return new Open(Chapter.RELEASE, release, false);
    return new Open(Chapter.FORWARD, forward, abort);
  }

  private boolean releaseDue(R recovery, RecoveryStatus status, Instant now) {
    var ended = status.endedAt();
    return ended != null && !ended.plus(playbook.retainFor(recovery)).isAfter(now);
  }

  private static boolean started(Runbook<Facts> runbook, Journal<Facts> journal) {
    return runbook.steps().stream().anyMatch(step -> journal.started(step.name()));
  }

  private boolean failed(Open open, boolean abort, Journal<Facts> journal) {
    var standing = engine.standing(open.runbook(), journal, open.abort());
    return !abort && (standing == Standing.TAKEN_BACK || standing == Standing.STOPPED);
  }

  private Turn turn(
      R recovery,
      RecoveryStatus before,
      Chapter chapter,
      Runbook<Facts> runbook,
      Journal<Facts> journal,
      Commands commands,
      boolean abort,
      Optional<Duration> again,
      Instant now) {
    var standing = engine.standing(runbook, journal, abort);
    var at =
        new Standings(
            chapter,
            standing,
            abort || aborting(recovery, commands),
            journal,
            playbook.succeeded(recovery, journal.facts()));
    var status = new Answer<>(playbook, recovery, before, commands, now).status(at);
    return new Turn(status, again.isPresent() ? again : later(recovery, at, status, now));
  }

  /**
   * What may still happen to a recovery that stands: a copy that expires, volumes that are
   * released.
   */
  private Optional<Duration> later(R recovery, Standings at, RecoveryStatus status, Instant now) {
    var ended = status.endedAt();
    if (at.standing() == Standing.COMPLETE && at.chapter() != Chapter.RELEASE && ended != null) {
      var left = Duration.between(now, ended.plus(playbook.retainFor(recovery)));
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }
    var proven = at.journal().facts().times().provenAt();
    var kept =
        at.chapter() == Chapter.FORWARD
            && at.standing() == Standing.TAKEN_BACK
            && (at.done("DetachCopy") || at.done("DeleteCopy"))
            && proven != null;
    return kept ? Optional.of(Duration.ofMinutes(10)) : Optional.empty();
  }

  /** What has ended well cannot be aborted any more, and its deletion undoes nothing. */
  private boolean succeeded(R recovery, Journal<Facts> journal, Commands commands, Instant now) {
    return engine.standing(
            playbook.forward(recovery, journal.facts(), commands, now), journal, false)
        == Standing.COMPLETE;
  }

  /** Nor what has nothing to go back to: half-way is the worst place to stop. */
  private boolean tooLate(R recovery, Journal<Facts> journal, Commands commands, Instant now) {
    if (succeeded(recovery, journal, commands, now)) return true;
    var forward = playbook.forward(recovery, journal.facts(), commands, now);
    return journal.started(forward.pointOfNoReturn())
        && !playbook.hasWayBack(journal.facts())
        && !started(playbook.undo(recovery, journal.facts(), commands, false), journal);
  }

  private static boolean aborting(Recovery<?> recovery, Commands commands) {
    return commands.has(Command.Verb.Abort)
        || recovery.getMetadata().getDeletionTimestamp() != null;
  }

  private Turn specChanged(
      R recovery, RecoveryStatus status, Journal<Facts> journal, Commands commands, Instant now) {
    var stopped = new Answer<>(playbook, recovery, status, commands, now).specChanged(journal);
    return new Turn(stopped, Optional.empty());
  }

  private static String words(ClusterException e) {
    return switch (e) {
      case ClusterException.Forbidden f ->
          "the API server forbids it (give Salvor the right, or remove what refuses it): "
              + f.getMessage();
      case ClusterException.Invalid i -> "the API server does not take it: " + i.getMessage();
      case ClusterException.Conflict _ ->
          "somebody else changed the object just now; reading it again";
      case ClusterException.AlreadyExists a -> "something of that name exists: " + a.getMessage();
      case ClusterException.NotFound n -> "it is gone: " + n.getMessage();
      case ClusterException.Unavailable u -> "the API server does not answer: " + u.getMessage();
    };
  }

  private static Duration recheck(ClusterException e) {
    return e instanceof ClusterException.Conflict ? Duration.ofMillis(200) : Duration.ofSeconds(5);
  }
}
