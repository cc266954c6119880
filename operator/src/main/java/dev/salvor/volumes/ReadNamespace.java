package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.Strategy;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import java.time.Duration;

/** The namespace of a database, and whether it may be touched at all; no claims are looked at. */
public record ReadNamespace(ClusterReader cluster, Surroundings around, Run run, String namespace)
    implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(2);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var target = new TargetNamespace(cluster, around, namespace);
    var seen = cluster.get(Kinds.NAMESPACE.ref(namespace));
    var findings =
        target.obstacles(seen, TargetNamespace.Advice.database()).stream()
            .flatMap(each -> each.finding(name(), Strategy.Swap, true).stream())
            .toList();
    return Sight.seen(
        facts.withTarget(target.facts(seen)).withFindings(name(), findings),
        "namespace " + namespace + (seen.isPresent() ? "" : " does not exist"));
  }
}
