package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Journal;
import java.util.stream.Stream;

/**
 * Where a recovery is, for the one function that turns it into phase and conditions.
 *
 * @param chapter which runbook is open
 * @param standing where it stands
 * @param succeeded what is said once the way there has come to its end
 * @param abort a person, or the deletion of the recovery, told it to stop
 */
record Standings(
    Chapter chapter, Standing standing, boolean abort, Journal<Facts> journal, String succeeded) {
  /** The three runbooks of a recovery. */
  enum Chapter {
    FORWARD,
    UNDO,
    RELEASE
  }

  boolean started(String step) {
    return journal.started(step);
  }

  /** The first claim, workload or Cluster was told to go. */
  boolean pastNoReturn() {
    return Stream.of("SwapVolumes", "DeleteClaims", "DeleteWorkloads", "DeleteCluster")
        .anyMatch(this::started);
  }

  boolean done(String step) {
    return journal.in(step, Journal.State.DONE);
  }

  /** The step that runs, else the last one on record; empty before the first. */
  String current() {
    return journal.entries().stream()
        .filter(entry -> entry.state() == Journal.State.RUNNING)
        .map(Journal.Entry::step)
        .reduce((_, last) -> last)
        .orElseGet(() -> journal.entries().isEmpty() ? "" : journal.entries().getLast().step());
  }
}
