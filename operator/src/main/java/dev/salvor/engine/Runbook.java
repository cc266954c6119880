package dev.salvor.engine;

import java.util.HashSet;
import java.util.List;

/**
 * Steps in order, and the three places where the rules change.
 *
 * @param steps in order
 * @param keep a failure (not an abort) after this step was done takes back only what came after it:
 *     the proven copy stays for a retry; empty if there is no such step
 * @param pointOfNoReturn once this step is on record a failure stops and waits for a human; before,
 *     a failure or an abort takes every act back; empty for a runbook without one
 * @param whole once this step is done after the point of no return the data is in one piece again,
 *     and an abort may stop
 */
public record Runbook<F>(List<Step<F>> steps, String keep, String pointOfNoReturn, String whole) {
  public Runbook {
    steps = List.copyOf(steps);
    var names = new HashSet<String>();
    for (var step : steps) {
      if (!names.add(step.name()))
        throw new IllegalArgumentException("two steps named " + step.name());
    }
    for (var named : List.of(keep, pointOfNoReturn, whole)) {
      if (!named.isEmpty() && !names.contains(named))
        throw new IllegalArgumentException("no step named " + named);
    }
  }

  /** Position of a step; -1 if this runbook has no such step. */
  public int indexOf(String name) {
    for (var i = 0; i < steps.size(); i++) if (steps.get(i).name().equals(name)) return i;
    return -1;
  }
}
