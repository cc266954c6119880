package dev.salvor.velero;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.HoldFacts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The Velero Schedules that would back the namespace up in the middle of the recovery, and make
 * that the newest backup (velero.md H9). Those that a person had paused stay so.
 */
public record FindSchedules(ClusterReader cluster, Surroundings around, Run run)
    implements Step.Look<Facts> {
  static final String PAUSED = "/spec/paused";

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var target = facts.target();
    if (target == null) return Sight.seen(facts, "no namespace to look for");
    var schedules = new ArrayList<HoldFacts>();
    for (var seen : cluster.list(Kinds.SCHEDULE, around.velero())) {
      if (!Coverage.of(seen, "/spec/template").covers(target.namespace())) continue;
      // one that another recovery holds is not paused by a person: it is given back
      var held = !seen.annotation(Marks.HELD_BY).isEmpty();
      if (seen.flag(PAUSED) && !held) continue;
      schedules.add(new HoldFacts(seen.ref(), seen.uid(), before(seen)));
    }
    return Sight.seen(facts.withSchedules(schedules), "Schedules to pause: " + schedules.size());
  }

  private ObjectNode before(Seen seen) {
    return seen.annotation(Marks.HELD_BY).isEmpty()
        ? Before.of(seen, List.of(PAUSED))
        : Before.annotated(seen);
  }
}
