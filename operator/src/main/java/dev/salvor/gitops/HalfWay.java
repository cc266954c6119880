package dev.salvor.gitops;

import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a recovery left its claims between two states. An application that starts then gets an
 * empty volume, or a mixture of two times (swap.md 1.1, invariant 4).
 */
final class HalfWay {
  private HalfWay() {}

  /** Why the data is not in one piece; empty if every claim is bound and all to the same side. */
  static Optional<String> of(ClusterReader cluster, Run run) {
    var claims = new LinkedHashMap<String, Set<String>>();
    var roles = new LinkedHashMap<String, String>();
    for (var volume : cluster.list(Kinds.PV, "", Map.of(Marks.RUN, run.uid()))) {
      var role = volume.label(Marks.ROLE);
      if (role.isEmpty()) continue;
      roles.put(volume.name(), role);
      var claim = claim(volume);
      if (!shadow(claim, run)) {
        claims.computeIfAbsent(claim, _ -> new LinkedHashSet<>()).add(volume.name());
      }
    }
    var sides = new LinkedHashSet<String>();
    for (var claim : claims.keySet()) {
      var parts = claim.split("/", -1);
      var found = cluster.get(Kinds.PVC.ref(parts[0], parts[1]));
      if (found.isEmpty()) return Optional.of("claim " + claim + " is missing");
      if (found.get().terminating()) return Optional.of("claim " + claim + " is being deleted");
      if (!found.get().text("/status/phase").equals("Bound")) {
        return Optional.of("claim " + claim + " is not bound");
      }
      var side = roles.get(found.get().text("/spec/volumeName"));
      if (side == null) {
        return Optional.of("claim " + claim + " is bound to a volume of neither side");
      }
      sides.add(side);
    }
    return sides.size() > 1
        ? Optional.of("some claims have their old volume and some the restored one")
        : Optional.empty();
  }

  private static String claim(Seen volume) {
    return volume.text("/spec/claimRef/namespace") + "/" + volume.text("/spec/claimRef/name");
  }

  /**
   * True for a copy that was not pointed at the claim yet: production has not been touched by it.
   */
  private static boolean shadow(String claim, Run run) {
    return claim.startsWith("/") || claim.contains("-salvor-" + run.shortId() + "-");
  }
}
