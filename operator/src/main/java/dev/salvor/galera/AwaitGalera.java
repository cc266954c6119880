package dev.salvor.galera;

import dev.salvor.api.Facts;
import dev.salvor.api.GaleraFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.ArrayList;

/**
 * The members that are left are a cluster, or it is known which one of them to begin a new one
 * with. With a quorum nothing is done: the new members take the data over by themselves. Without
 * one mariadb-operator's own recovery has its time first; it cannot begin before the pods and
 * claims of the lost node are gone, because it asks each pod that has a node, and waits for each
 * that has none (pkg/controller/galera/recovery.go).
 */
public record AwaitGalera(ClusterReader cluster) implements Look<Facts> {
  /** Longer than one of its attempts: {@code clusterBootstrapTimeout} is ten minutes. */
  static final Duration OWN_RECOVERY = Duration.ofMinutes(15);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  @Override
  public Duration deadline() {
    return Duration.ofHours(4);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var node = facts.knownNode();
    var decided = new ArrayList<GaleraFacts>();
    var waits = new ArrayList<String>();
    for (var one : node.galera()) {
      var seen = cluster.get(one.ref()).filter(live -> live.uid().equals(one.uid()));
      if (seen.isEmpty())
        return Sight.refused(
            facts,
            "ClusterChanged",
            one.ref().text() + " is gone since the plan was made",
            "Find out who deleted it; its claims that are left are not touched");
      var galera = new Galera(seen.get());
      if (serves(one, galera)) {
        decided.add(one.withBootstrap(null));
        continue;
      }
      var name = one.ref().text();
      if (!galera.recovers()) {
        waits.add(
            name
                + " has lost its quorum, and its operator may not recover it (spec.suspend, or"
                + " spec.galera.recovery.enabled is not true)");
      } else if (moment.running().compareTo(OWN_RECOVERY) < 0) {
        waits.add(name + " has lost its quorum; waiting for its operator to recover it");
      } else if (!galera.bootstrapping().isEmpty() && galera.forced().isEmpty()) {
        waits.add(name + " is about to begin a new cluster in " + galera.bootstrapping());
      } else {
        switch (Source.of(cluster, one, galera)) {
          case Source.Found(var pod, _) -> decided.add(one.withBootstrap(pod));
          case Source.Unknown(var why) -> waits.add(name + " has lost its quorum: " + why);
        }
      }
    }
    if (!waits.isEmpty()) return new Sight.NotYet<>(String.join("\n", waits), LOOK_AGAIN, false);
    var begun = decided.stream().filter(one -> one.bootstrap() != null).toList();
    return Sight.seen(
        facts.withNode(node.withGalera(decided)),
        begun.isEmpty()
            ? "every Galera cluster has its quorum"
            : "to be begun anew: "
                + String.join(
                    ", ",
                    begun.stream()
                        .map(one -> one.ref().text() + " in " + one.bootstrap())
                        .toList()));
  }

  /** What the operator last said may be old: it may have been on the lost node itself. */
  private boolean serves(GaleraFacts facts, Galera galera) {
    if (!galera.ready()) return false;
    return facts.survivors().stream()
        .flatMap(one -> cluster.get(Kinds.POD.ref(facts.namespace(), one.pod())).stream())
        .anyMatch(pod -> !pod.terminating() && Galera.isReady(pod));
  }
}
