package dev.salvor.volumes;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Tells storage that is down from data that is lost: if many claims of one class, in the whole
 * cluster, have lost their volumes, a restore would be the wrong answer.
 */
final class StorageOutage {
  /** Fewer may be an accident in one namespace. */
  private static final int MANY = 3;

  private StorageOutage() {}

  static List<Obstacle> of(ClusterReader cluster, Set<String> classes) {
    var phases = new HashMap<String, String>();
    for (var pv : cluster.list(Kinds.PV, "")) phases.put(pv.name(), pv.text("/status/phase"));
    var claims =
        cluster.list(Kinds.PVC, "").stream()
            .collect(Collectors.groupingBy(claim -> claim.text("/spec/storageClassName")));
    var found = new ArrayList<Obstacle>();
    for (var name : new TreeSet<>(classes)) {
      var all = claims.getOrDefault(name, List.of());
      var failing = all.stream().filter(claim -> failing(claim, phases)).toList();
      if (failing.size() < MANY || failing.size() * 2 < all.size()) continue;
      var namespaces =
          failing.stream().map(Seen::namespace).collect(Collectors.toCollection(TreeSet::new));
      found.add(
          Obstacle.all(
              "StorageOutage",
              failing.size()
                  + " of "
                  + all.size()
                  + " claims of StorageClass "
                  + name
                  + " have lost their volumes, in "
                  + String.join(", ", namespaces)
                  + ": that looks like storage that is down, not like lost data",
              "bring the storage back and look again: the data may be where it was"));
    }
    return found;
  }

  private static boolean failing(Seen claim, java.util.Map<String, String> phases) {
    if (claim.text("/status/phase").equals("Lost")) return true;
    var volume = claim.text("/spec/volumeName");
    return !volume.isEmpty()
        && (!phases.containsKey(volume) || phases.getOrDefault(volume, "").equals("Failed"));
  }
}
