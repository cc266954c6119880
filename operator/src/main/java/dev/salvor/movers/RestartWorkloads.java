package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.Ref;
import dev.salvor.api.VolumeSource.Restart;
import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;

/**
 * Restarts workloads as {@code kubectl rollout restart} does (kubectl v1.34
 * pkg/polymorphichelpers/objectrestarter.go), once each: the time in the annotation is that of the
 * step in the journal, the same after a crash.
 */
public record RestartWorkloads(ClusterWriter cluster, RestoreJob job) implements Act<Facts> {
  private static final String RESTARTED =
      "/spec/template" + Before.annotation("kubectl.kubernetes.io/restartedAt");

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var at = moment.started().truncatedTo(ChronoUnit.SECONDS);
    var gone = new ArrayList<String>();
    for (var restart : job.allRestarts()) {
      var ref = ref(restart, facts.knownTarget().namespace());
      var live = cluster.get(ref);
      if (live.isEmpty()) {
        gone.add(ref.text());
        continue;
      }
      // a restart by somebody else that came later does as well
      if (!restarted(live.get()).isBefore(at)) continue;
      cluster.write(live.get().edit().set(RESTARTED, at.toString()).write());
      return Outcome.wrote("restarting " + ref.text());
    }
    return Outcome.done(
        "restarted: "
            + (job.allRestarts().size() - gone.size())
            + (gone.isEmpty() ? "" : "; gone by now: " + String.join(", ", gone)));
  }

  /** The workload that is meant. */
  public static Ref ref(Restart restart, String namespace) {
    var kind =
        switch (restart.kind()) {
          case Deployment -> Kinds.DEPLOYMENT;
          case StatefulSet -> Kinds.STATEFUL_SET;
          case DaemonSet -> Kinds.DAEMON_SET;
        };
    return kind.ref(namespace, restart.name());
  }

  /** An annotation with an offset, as kubectl writes it, or with nonsense. */
  private static Instant restarted(Seen live) {
    return live.time(RESTARTED).orElse(Instant.MIN);
  }
}
