package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.api.NodeFacts;
import dev.salvor.api.StrandedClaim;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.util.List;

/** A recovery of node {@code n1}, which is gone for good. */
final class GoneNode {
  static final Run RUN = new Run(Kinds.NODE_LOSS_RECOVERY.ref("gone"), "0123abcd-run");

  private GoneNode() {}

  /** What it knows when nothing but these claims was on the node. */
  static Facts facts(StrandedClaim... claims) {
    return Facts.none("i")
        .withNode(
            new NodeFacts(
                "n1",
                null,
                "gone",
                null,
                List.of(claims),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of()));
  }
}
