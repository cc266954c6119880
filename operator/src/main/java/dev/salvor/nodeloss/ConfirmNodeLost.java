package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.api.NodeFacts;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import java.time.Duration;
import java.util.List;

/**
 * The node is gone by evidence and by a person's word. Evidence alone proves nothing: behind a
 * broken network a machine goes on serving its clients (volumes-and-databases.md 4.4).
 */
public record ConfirmNodeLost(ClusterReader cluster, NodeLossRecoverySpec spec)
    implements Step.Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofHours(1);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var evidence = Evidence.read(cluster, spec, moment.now());
    if (evidence.back())
      return refused(
          facts,
          "NodeIsBack",
          evidence.text(),
          "If this is another machine with empty disks, say spec.replaced: true in a new"
              + " NodeLossRecovery; if it is the same one, its data is there: do nothing");
    // first, so that nobody waits for ten minutes to be told that a word is missing
    if (!evidence.confirmed())
      return refused(
          facts,
          "NodeLossUnconfirmed",
          evidence.text()
              + ", which does not prove that the machine is off: cut off from the network it would"
              + " go on writing",
          "Make sure that it is off for good, then say spec.confirmNodeLost: " + spec.nodeName());
    if (evidence.early()) return Sight.notYet(evidence.text());
    var before = facts.node();
    var node =
        new NodeFacts(
            spec.nodeName(),
            evidence.uid(),
            evidence.text(),
            evidence.lastSeen(),
            before == null ? List.of() : before.claims(),
            before == null ? List.of() : before.stuck(),
            before == null ? List.of() : before.galera(),
            before == null ? List.of() : before.helpers(),
            before == null ? List.of() : before.promotions(),
            before == null ? List.of() : before.unarchived());
    return Sight.seen(facts.withNode(node).withFindings(name(), List.of()), evidence.text());
  }

  /** Also as a finding: a review of the plan asks for those. */
  private Sight<Facts> refused(Facts facts, String reason, String message, String remedy) {
    var findings = new Findings(name());
    findings.refuse(reason, message, remedy);
    return Sight.refused(findings.into(facts), reason, message, remedy);
  }
}
