package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** The node has not come back since the plan was made; looked at before every destructive call. */
public record NodeStillLost(
    ClusterReader cluster, NodeLossRecoverySpec spec, Supplier<Instant> clock)
    implements Guard<Facts> {
  static final String REASON = "NodeIsBack";

  @Override
  public Optional<Failed> broken(Facts facts) {
    var planned = facts.knownNode();
    var live = cluster.get(Kinds.NODE.ref(spec.nodeName()));
    var evidence = Evidence.read(cluster, spec, clock.get());
    // deleted since by a person or a cloud controller: gone is gone
    if (live.isEmpty()) return Optional.empty();
    var another = !Objects.equals(planned.uid(), live.get().uid());
    if (!another && !evidence.back() && !evidence.early()) return Optional.empty();
    return Optional.of(
        new Failed(
            REASON,
            another
                ? "Node " + spec.nodeName() + " registered anew since the plan was made"
                : evidence.text(),
            "Nothing more was deleted. If it is the same machine, its disks still have what was not"
                + " deleted yet: set spec.abort: true. If it is another one with empty disks, say"
                + " spec.replaced: true in a new NodeLossRecovery."));
  }
}
