package dev.salvor.volumes;

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

/** The reconciler, as short as can be: ticks, and a process that may die in any of them. */
final class Ticks {
  private final FakeCluster cluster;
  private final Runbook<Facts> runbook;
  private final Engine<Facts> engine = new Engine<>();
  private Journal<Facts> journal;
  private boolean abort;
  private int ticks;

  Ticks(FakeCluster cluster, Runbook<Facts> runbook, Facts facts) {
    this.cluster = cluster;
    this.runbook = runbook;
    this.journal = Journal.empty(facts);
  }

  /** Until there is nothing left to do, or for 20 minutes. */
  Standing run() {
    var until = cluster.now().plus(Duration.ofMinutes(20));
    while (cluster.now().isBefore(until) && tick()) {}
    return standing();
  }

  /** At most so many ticks. */
  Standing run(int atMost) {
    for (var i = 0; i < atMost; i++) if (!tick()) break;
    return standing();
  }

  void abort() {
    abort = true;
  }

  void retry() {
    journal = engine.retry(runbook, journal);
  }

  int ticks() {
    return ticks;
  }

  Facts facts() {
    return journal.facts();
  }

  Journal<Facts> journal() {
    return journal;
  }

  String failure() {
    return journal.entries().stream()
        .filter(entry -> !entry.reason().isEmpty())
        .map(entry -> entry.reason() + ": " + entry.message())
        .findFirst()
        .orElse("");
  }

  private Standing standing() {
    return engine.standing(runbook, journal, abort);
  }

  private boolean tick() {
    ticks++;
    var writes = cluster.count();
    Optional<Duration> again;
    try {
      var tick = engine.tick(runbook, journal, abort, cluster.now());
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
