package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;

/**
 * Lets an instance archive into the lineage that is its own although it is not empty: after a
 * fail-over the new primary may still have the marker {@code .check-empty-wal-archive} of its join
 * and then fails for ever (plugin-barman-cloud #842; annotation {@code
 * cnpg.io/skipEmptyWalArchiveCheck}, cloudnative-pg v1.30.0 pkg/utils/labels_annotations.go). The
 * marker goes with the first WAL file, so the check comes back at the end.
 */
public record SkipEmptyCheck(ClusterWriter cluster, Run run) implements Act<Facts> {
  static final String ANNOTATION = "cnpg.io/skipEmptyWalArchiveCheck";

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var found = Recorded.read(cluster, facts);
    if (found.isEmpty()) return Recorded.changed(cluster, facts);
    var live = found.get();
    var foreign = Recorded.foreign(live, run);
    if (foreign.isPresent()) return foreign.get();
    if (live.seen().annotation(ANNOTATION).equals("enabled"))
      return Outcome.done("no instance asks for an empty archive");
    var before = Before.recorded(live.seen(), run, List.of(Before.annotation(ANNOTATION)));
    cluster.write(Before.hold(live.seen(), run, before).annotate(ANNOTATION, "enabled").write());
    return Outcome.wrote("told the instances not to ask for an empty archive");
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return giveBack(facts);
  }

  Outcome giveBack(Facts facts) {
    var found = Recorded.read(cluster, facts).filter(live -> Before.heldBy(live.seen(), run));
    if (found.isEmpty()) return Outcome.done("the check for an empty archive is as it was");
    cluster.write(Before.giveBack(found.get().seen(), null).write());
    return Outcome.wrote("the check for an empty archive is as it was");
  }

  /** The end of it, as a step of its own. */
  public record End(ClusterWriter cluster, Run run) implements Act<Facts> {
    @Override
    public String name() {
      return "EndSkipEmptyCheck";
    }

    @Override
    public Duration deadline() {
      return Duration.ofMinutes(5);
    }

    @Override
    public Outcome act(Facts facts, Moment moment) {
      return new SkipEmptyCheck(cluster, run).giveBack(facts);
    }
  }
}
