package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.kube.ClusterReader;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The node has not come back since the plan was made; looked at before every destructive call. */
public record NodeStillLost(ClusterReader cluster, NodeLossRecoverySpec spec, Instant now)
    implements Guard<Facts> {
  static final String REASON = "NodeIsBack";

  @Override
  public Optional<Failed> broken(Facts facts) {
    var planned = facts.knownNode();
    var evidence = Evidence.read(cluster, spec, now);
    // deleted since by a person or a cloud controller: gone is gone
    if (evidence.uid() == null) return Optional.empty();
    var another = !Objects.equals(planned.uid(), evidence.uid());
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
