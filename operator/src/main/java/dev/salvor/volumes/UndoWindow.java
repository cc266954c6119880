package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.NodeFit;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the volumes from before the recovery can still be had back, from a live read. */
public final class UndoWindow {
  private UndoWindow() {}

  /** Empty if they can; else why not, in a sentence. */
  public static Optional<String> of(ClusterReader cluster, Facts facts) {
    var target = facts.target();
    if (target == null) return Optional.of("nothing was changed");
    var nodes = cluster.list(Kinds.NODE, "");
    var problems = new ArrayList<String>();
    var possible = 0;
    // data, WAL and tablespaces go back together or not at all
    var together = facts.postgres().database() != null;
    for (var volume : RetainVolumes.replaced(facts)) {
      var kept = kept(cluster, volume);
      // a claim that had no volume before has nothing to go back to, the others still have
      if (kept.isEmpty() && volume.old() == null && !together) continue;
      if (kept.isEmpty()) {
        problems.add(
            "the volume that claim "
                + volume.claim()
                + " had before is gone or no longer kept by this recovery");
        continue;
      }
      whyNot(target.namespace(), volume, kept.get(), nodes).ifPresent(problems::add);
      possible++;
    }
    if (possible == 0 && (together || problems.isEmpty()))
      return Optional.of("no volume from before was kept");
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
  }

  /**
   * The volume to go back to: the one of the pair that is marked as the old one. The marks and not
   * the facts decide, because an undo exchanges the roles in the facts.
   */
  static Optional<PvView> kept(ClusterReader cluster, VolumeFacts volume) {
    for (var pv : List.of(Optional.ofNullable(volume.old()), Optional.ofNullable(volume.copy()))) {
      var seen =
          pv.flatMap(recorded -> PvView.read(cluster, recorded))
              .filter(view -> view.role(Marks.ROLE_OLD));
      if (seen.isPresent()) return seen;
    }
    return Optional.empty();
  }

  private static Optional<String> whyNot(
      String namespace, VolumeFacts volume, PvView kept, List<Seen> nodes) {
    var name = "volume " + kept.name() + " of claim " + volume.claim();
    if (!kept.retained()) return Optional.of(name + " has reclaim policy " + kept.policy());
    var ours =
        kept.refersTo(namespace, volume.claim()) || kept.claimUid().equals(recorded(volume, kept));
    if (!ours) return Optional.of(name + " is used by " + kept.owner());
    if (!List.of("Released", "Bound", "Available").contains(kept.phase()))
      return Optional.of(name + " is " + kept.phase());
    if (!NodeFit.anyFits(kept.seen(), nodes))
      return Optional.of(name + " can only be used on a node that does not exist any more");
    return Optional.empty();
  }

  private static String recorded(VolumeFacts volume, PvView kept) {
    for (var pv : new VolumeFacts.Pv[] {volume.old(), volume.copy()}) {
      if (pv != null && pv.uid().equals(kept.seen().uid()) && pv.claimUid() != null)
        return pv.claimUid();
    }
    return "";
  }
}
