package dev.salvor.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Through which timelines replay goes from one timeline to another, and from which segment on it
 * reads each. At a switch PostgreSQL reads the child's segment, which begins with a copy of the
 * parent's; the parent's own is usually only there as {@code .partial}.
 */
record Route(List<Leg> legs) {
  /**
   * @param from the first segment that is read from this timeline
   * @param until the first segment that is not any more
   * @param left where the next timeline begins; the end of all WAL for the last leg
   */
  record Leg(long timeline, long from, long until, Lsn left) {}

  private static final Lsn END = new Lsn(-1);

  Route {
    legs = List.copyOf(legs);
  }

  /** Empty if the goal does not descend from the base, as far as the history files tell. */
  static Optional<Route> between(long base, long goal, Lineage lineage) {
    if (base == goal) return Optional.of(new Route(List.of(new Leg(base, 0, Long.MAX_VALUE, END))));
    var history = lineage.histories().get(goal);
    if (history == null || history.switches().stream().noneMatch(one -> one.parent() == base))
      return Optional.empty();
    var legs = new ArrayList<Leg>();
    var from = 0L;
    for (var step : history.switches()) {
      if (step.parent() < base) continue;
      var until = step.at().segment(lineage.segmentSize());
      legs.add(new Leg(step.parent(), from, until, step.at()));
      from = until;
    }
    legs.add(new Leg(goal, from, Long.MAX_VALUE, END));
    return Optional.of(new Route(legs));
  }

  long base() {
    return legs.getFirst().timeline();
  }

  long goal() {
    return legs.getLast().timeline();
  }

  /** How often replay changes the timeline. */
  int switches() {
    return legs.size() - 1;
  }

  /** The timeline from which this segment is read. */
  long timelineAt(long number) {
    for (var leg : legs) if (number < leg.until()) return leg.timeline();
    return goal();
  }
}
