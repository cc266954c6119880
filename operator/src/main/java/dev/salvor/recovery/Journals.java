package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.Progress;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.api.Rewind;
import dev.salvor.api.StepStatus;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Outcome.Amount;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The journal as it is kept in status. */
final class Journals {
  private Journals() {}

  static Journal<Facts> read(RecoveryStatus status, String intent) {
    var steps = status.steps();
    var back = status.back();
    var facts = status.facts();
    return new Journal<>(
        steps == null ? List.of() : steps.stream().map(Journals::entry).toList(),
        back == null ? null : new Journal.Back(back.step(), back.reason(), back.message()),
        facts == null ? Facts.none(intent) : facts);
  }

  static List<StepStatus> steps(Journal<Facts> journal) {
    return journal.entries().stream().map(Journals::step).toList();
  }

  static @Nullable Rewind back(Journal<Facts> journal) {
    var back = journal.back();
    return back == null ? null : new Rewind(back.step(), back.reason(), back.message());
  }

  private static Journal.Entry entry(StepStatus step) {
    var progress = step.progress();
    return new Journal.Entry(
        step.name(),
        switch (step.state()) {
          case Running -> Journal.State.RUNNING;
          case Done -> Journal.State.DONE;
          case Failed -> Journal.State.FAILED;
          case Undone -> Journal.State.UNDONE;
        },
        step.startedAt(),
        step.since(),
        step.reason() == null ? "" : step.reason(),
        step.message() == null ? "" : step.message(),
        progress == null ? null : new Amount(progress.bytesDone(), progress.bytesTotal()));
  }

  private static StepStatus step(Journal.Entry entry) {
    var amount = entry.amount();
    return new StepStatus(
        entry.step(),
        switch (entry.state()) {
          case RUNNING -> StepStatus.State.Running;
          case DONE -> StepStatus.State.Done;
          case FAILED -> StepStatus.State.Failed;
          case UNDONE -> StepStatus.State.Undone;
        },
        entry.started(),
        entry.since(),
        entry.reason().isEmpty() ? null : entry.reason(),
        entry.message(),
        amount == null ? null : new Progress(amount.done(), amount.total(), null, null));
  }
}
