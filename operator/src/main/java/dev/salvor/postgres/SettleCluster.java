package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/** Takes the marks of the recovery off a Cluster it has made. */
public record SettleCluster(ClusterWriter cluster, Run run) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var found = Recorded.read(cluster, facts);
    if (found.isEmpty()) return Outcome.done(Recorded.text(facts) + " is not ours any more");
    var seen = found.get().seen();
    var edit = seen.edit();
    // a hibernation on the way back has taken one of the two already
    if (seen.label(Marks.RUN).equals(run.uid())) edit.label(Marks.RUN, null);
    if (seen.annotation(Marks.HELD_BY).equals(run.by())) edit.annotate(Marks.HELD_BY, null);
    if (edit.isEmpty()) return Outcome.done("no marks are left");
    cluster.write(edit.write());
    return Outcome.wrote("marks taken off " + seen.ref().text());
  }
}
