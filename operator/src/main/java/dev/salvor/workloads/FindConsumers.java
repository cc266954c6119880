package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds everything that uses the claims and must stand still while they are exchanged (swap.md B22,
 * Q1-Q4), or, in scope Namespace, every workload that makes way for the one of the backup.
 *
 * <p>Scope Volumes records {@code consumers} in the order in which they are to be held; pods among
 * them have finished, or will, and are to be deleted because they keep their claim (swap.md B8).
 * Scope Namespace records {@code workloads}.
 *
 * @param staying claims that the user lets stay at today's state although their consumer goes back
 */
public record FindConsumers(ClusterReader cluster, Run run, Scope scope, List<String> staying)
    implements Step.Look<Facts> {
  /** No claim may stay at today's state while its consumer goes back in time. */
  public FindConsumers(ClusterReader cluster, Run run, Scope scope) {
    this(cluster, run, scope, List.of());
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var findings = new Findings(name());
    var target = facts.target();
    if (target == null)
      return Sight.seen(
          facts.withFindings(name(), findings.all()), "no namespace to look for consumers in");
    if (scope == Scope.Namespace) {
      var workloads = new Inhabitants(cluster, target.namespace(), findings).all();
      return Sight.seen(
          facts
              .withConsumers(List.of())
              .withWorkloads(workloads)
              .withFindings(name(), findings.all()),
          workloads.size() + " workloads make way for those of the backup");
    }
    var chosen =
        facts.volumes().stream()
            .map(VolumeFacts::claim)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    var census =
        new Census(cluster, run, target.namespace(), chosen, Set.copyOf(staying), facts, findings);
    census.take();
    var consumers = census.consumers();
    return Sight.seen(
        facts
            .withConsumers(consumers)
            .withWorkloads(List.of())
            .withFindings(name(), findings.all()),
        consumers.isEmpty()
            ? "nothing uses the claims"
            : consumers.stream()
                .map(consumer -> consumer.ref().text())
                .collect(Collectors.joining(", ", "used by ", "")));
  }
}
