package dev.salvor.movers;

import dev.salvor.api.HoldFacts;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything of VolSync that would read or write the claim in the middle of the exchange: a backup
 * of the half would push good snapshots out of the repository (volumes-and-databases.md 1.5 g).
 * What a person has paused stays so, and is none of ours.
 */
record Writers(ClusterReader cluster, Run run, String claim) {
  List<HoldFacts> in(String namespace) {
    var found = new ArrayList<HoldFacts>();
    for (var seen : cluster.list(Kinds.REPLICATION_SOURCE, namespace))
      if (seen.text("/spec/sourcePVC").equals(claim)) add(found, seen);
    for (var seen : cluster.list(Kinds.REPLICATION_DESTINATION, namespace))
      if (Settings.destination(seen).equals(claim)) add(found, seen);
    return found;
  }

  private void add(List<HoldFacts> found, Seen seen) {
    var held = Before.heldBy(seen, run);
    if (seen.flag(PauseReplication.PAUSED) && !held) return;
    found.add(
        new HoldFacts(
            seen.ref(), seen.uid(), Before.recorded(seen, run, List.of(PauseReplication.PAUSED))));
  }
}
