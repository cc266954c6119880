package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.Plan;
import dev.salvor.api.Progress;
import dev.salvor.api.Recoverable;
import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.api.UndoStatus;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Journal;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Quantity;
import dev.salvor.recovery.Standings.Chapter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything in status that is not the journal, from the journal. */
final class Answer<R extends Recovery<? extends RecoverySpec>> {
  private final Playbook<R> playbook;
  private final R recovery;
  private final RecoveryStatus before;
  private final Commands commands;
  private final Instant now;

  Answer(Playbook<R> playbook, R recovery, RecoveryStatus before, Commands commands, Instant now) {
    this.playbook = playbook;
    this.recovery = recovery;
    this.before = before;
    this.commands = commands;
    this.now = now;
  }

  RecoveryStatus status(Standings at) {
    var journal = at.journal();
    var phase = Phases.of(at);
    var message = Conditions.message(at);
    var generation = generation();
    var target = journal.facts().target();
    var ended = endedAt(at);
    return new RecoveryStatus(
        generation,
        phase,
        at.current(),
        message,
        playbook.target(recovery).orElse(target == null ? targetNamespace() : target.namespace()),
        Conditions.of(at, phase, message, before.conditions(), generation, now),
        plan(at, phase),
        progress(at),
        recoverable(journal),
        playbook.gitPatch(journal.facts(), at.chapter() != Chapter.FORWARD).orElse(null),
        undo(at, ended),
        outage(journal),
        startedAt(journal),
        ended,
        Journals.steps(journal),
        Journals.back(journal),
        journal.facts(),
        commands.all().isEmpty() ? null : commands.all());
  }

  /** What stands still says no new words: the age of the backup alone is no reason to write. */
  private @Nullable Plan plan(Standings at, String phase) {
    var moves = at.standing() == Standing.GOING || at.standing() == Standing.TAKING_BACK;
    if (!moves && phase.equals(before.phase()) && before.plan() != null) return before.plan();
    return playbook.plan(recovery, at.journal(), at.chapter() != Chapter.FORWARD, now).orElse(null);
  }

  /** The journal as it is, and why it does not go on. */
  RecoveryStatus specChanged(Journal<Facts> journal) {
    var message =
        "the spec was changed after the recovery had started; put it back as it was, or set"
            + " spec.abort and apply a new recovery";
    var at = new Standings(Chapter.FORWARD, Standing.STOPPED, false, journal, "");
    var generation = generation();
    return new RecoveryStatus(
        generation,
        "Failed",
        at.current(),
        message,
        before.target(),
        Conditions.of(at, "SpecChanged", message, before.conditions(), generation, now),
        before.plan(),
        before.progress(),
        before.recoverable(),
        before.gitPatch(),
        before.undo(),
        before.outage(),
        before.startedAt(),
        before.endedAt(),
        before.steps(),
        before.back(),
        journal.facts(),
        commands.all().isEmpty() ? null : commands.all());
  }

  private static @Nullable List<Recoverable> recoverable(Journal<Facts> journal) {
    var found = journal.facts().postgres().recoverable();
    return found.isEmpty() ? null : found;
  }

  private long generation() {
    var generation = recovery.getMetadata().getGeneration();
    return generation == null ? 0 : generation;
  }

  private @Nullable String targetNamespace() {
    RecoverySpec spec = recovery.getSpec();
    return spec.targetNamespace() == null
        ? recovery.getMetadata().getNamespace()
        : spec.targetNamespace();
  }

  private @Nullable Instant startedAt(Journal<Facts> journal) {
    if (before.startedAt() != null) return before.startedAt();
    return journal.of("AcquireLock").map(Journal.Entry::started).orElse(null);
  }

  private @Nullable Instant endedAt(Standings at) {
    if (at.standing() != Standing.COMPLETE)
      return at.standing() == Standing.TAKEN_BACK ? orNow(before.endedAt()) : null;
    if (at.chapter() == Chapter.UNDO && at.journal().in("UndoReleaseLock", Journal.State.DONE)) {
      return at.journal().of("UndoReleaseLock").map(Journal.Entry::since).orElse(now);
    }
    return orNow(before.endedAt());
  }

  private Instant orNow(@Nullable Instant instant) {
    return instant == null ? now : instant;
  }

  private @Nullable UndoStatus undo(Standings at, @Nullable Instant ended) {
    if (at.chapter() == Chapter.RELEASE)
      return new UndoStatus(
          false, null, "the time for an undo is over; the old volumes are released");
    if (at.chapter() == Chapter.UNDO) {
      return new UndoStatus(
          false,
          null,
          at.standing() == Standing.COMPLETE
              ? "undone; apply a new recovery to restore again"
              : "the undo is running");
    }
    var past = at.pastNoReturn();
    if (!past)
      return new UndoStatus(false, null, "nothing to undo: the volumes have not been exchanged");
    if (at.standing() != Standing.COMPLETE && at.standing() != Standing.STOPPED) {
      return new UndoStatus(false, null, "it is still running; spec.abort takes it back");
    }
    var whyNot = whyNot(at);
    var until = ended == null ? null : Words.at(ended.plus(playbook.retainFor(recovery)));
    return new UndoStatus(whyNot == null, until, whyNot);
  }

  private @Nullable String whyNot(Standings at) {
    var parent =
        recovery.getMetadata().getOwnerReferences().stream()
            .filter(owner -> owner.getKind().equals(Kinds.NODE_LOSS_RECOVERY.kind()))
            .findFirst();
    if (parent.isPresent())
      return "what was there before was on a node that is gone (NodeLossRecovery "
          + parent.get().getName()
          + ")";
    try {
      return playbook.whyNoUndo(at.journal().facts()).orElse(null);
    } catch (dev.salvor.kube.ClusterException e) {
      var known = before.undo();
      return known == null ? "not known: the API server does not answer" : known.whyNot();
    }
  }

  private static @Nullable String outage(Journal<Facts> journal) {
    return Figures.outage(Journals.steps(journal), journal.facts().times())
        .map(Words::time)
        .orElse(null);
  }

  /** While data moves, and only then: nothing else that happens has bytes to count. */
  private @Nullable Progress progress(Standings at) {
    if (at.standing() != Standing.GOING) return null;
    for (var name : List.of("RestoreBeside", "RestoreBackup")) {
      var entry = at.journal().of(name);
      if (entry.isEmpty() || entry.get().state() != Journal.State.RUNNING) continue;
      var amount = entry.get().amount();
      if (amount == null || amount.total() <= 0) return null;
      var spent = Duration.between(entry.get().started(), now).toSeconds();
      var eta =
          amount.done() <= 0
              ? null
              : Math.max(0L, spent * (amount.total() - amount.done()) / amount.done());
      var left = eta == null ? "" : ", " + Words.time(Duration.ofSeconds(eta)) + " left";
      var text =
          100 * amount.done() / amount.total() + "% of " + Quantity.text(amount.total()) + left;
      return new Progress(amount.done(), amount.total(), eta, text);
    }
    return null;
  }
}
