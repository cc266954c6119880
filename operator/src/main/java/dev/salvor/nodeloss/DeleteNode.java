package dev.salvor.nodeloss;

import static dev.salvor.engine.Outcome.done;
import static dev.salvor.engine.Outcome.waiting;
import static dev.salvor.engine.Outcome.wrote;

import dev.salvor.api.Facts;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import java.time.Duration;

/** Deletes the Node object that was planned with, and no later one of that name. */
public record DeleteNode(ClusterWriter cluster, Destroyer destroyer) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var node = facts.knownNode();
    var uid = node.uid();
    if (uid == null) return done("there is no Node object");
    return switch (destroyer.destroy(new Victim(Kinds.NODE.ref(node.name()), uid))) {
      case GONE -> done("Node " + node.name() + " is deleted");
      case TERMINATING -> waiting("Node " + node.name() + " is going");
      case MARKED, DELETED -> wrote("deleting Node " + node.name());
    };
  }
}
