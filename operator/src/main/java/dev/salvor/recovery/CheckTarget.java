package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.Surroundings;
import java.time.Duration;

/**
 * A recovery acts on its own namespace; only in the operator's namespace it may name another.
 * Nothing of the other one is read before.
 */
record CheckTarget(boolean overreaches, String own, String namespace, Surroundings around)
    implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(1);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    if (!around.scope().covers(namespace))
      return Sight.refused(
          facts,
          "OutsideScope",
          "namespace " + namespace + " is none of those that this Salvor has rights in",
          "Add it to watchNamespaces of the chart and upgrade; then raise spec.retry");
    if (!overreaches) return Sight.seen(facts, "namespace " + namespace);
    return Sight.refused(
        facts,
        "ForeignNamespace",
        "spec.targetNamespace names another namespace than the recovery's own, " + own,
        "Create the recovery in the namespace it is about, or, if that is gone, in the operator's namespace "
            + around.operator());
  }
}
