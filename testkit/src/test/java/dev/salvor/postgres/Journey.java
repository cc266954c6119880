package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Engine;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Runbook;
import dev.salvor.kube.ClusterException;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Killed;
import java.time.Duration;
import java.util.Optional;

/** A runbook from tick to tick, by a process that may die in any of them. */
final class Journey {
  private final FakeCluster cluster;
  private final Runbook<Facts> runbook;
  private final Engine<Facts> engine = new Engine<>();
  private Journal<Facts> journal;

  Journey(FakeCluster cluster, Runbook<Facts> runbook, Facts facts) {
    this.cluster = cluster;
    this.runbook = runbook;
    this.journal = Journal.empty(facts);
  }

  /** Until there is nothing left to do, or for an hour. */
  Standing run() {
    var until = cluster.now().plus(Duration.ofHours(1));
    while (cluster.now().isBefore(until) && tick()) {}
    return engine.standing(runbook, journal, false);
  }

  /** Until this step is on record. */
  void until(String step) {
    while (!journal.started(step) && tick()) {}
    if (!journal.started(step)) throw new AssertionError(step + " was not reached: " + failure());
  }

  void retry() {
    journal = engine.retry(runbook, journal);
  }

  Facts facts() {
    return journal.facts();
  }

  /** Reason and message of what failed; empty if nothing did. */
  String failure() {
    return journal.entries().stream()
        .filter(entry -> !entry.reason().isEmpty())
        .map(entry -> entry.step() + " " + entry.reason() + ": " + entry.message())
        .findFirst()
        .orElse("");
  }

  /** Every message on record. */
  String said() {
    return journal.entries().toString();
  }

  boolean tick() {
    var writes = cluster.count();
    Optional<Duration> again;
    try {
      var tick = engine.tick(runbook, journal, false, cluster.now());
      journal = tick.journal();
      again = tick.again();
    } catch (ClusterException surprise) {
      var tick =
          engine.stumble(
              runbook, journal, surprise.toString(), Duration.ofSeconds(1), cluster.now());
      journal = tick.journal();
      again = tick.again();
    } catch (Killed _) {
      again = Optional.of(Duration.ofSeconds(1));
    }
    if (cluster.count() > writes + 1)
      throw new AssertionError("more than one write in one tick: " + cluster.writes());
    again.ifPresent(wait -> cluster.advance(wait));
    return again.isPresent();
  }
}
