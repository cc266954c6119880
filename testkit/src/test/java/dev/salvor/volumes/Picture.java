package dev.salvor.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.Marks;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.FakeCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a cluster looks like, without what differs between two runs: UIDs, generated names, times.
 */
final class Picture {
  private Picture() {}

  static List<String> of(FakeCluster cluster) {
    var lines = new ArrayList<String>();
    for (var namespace : cluster.list(Kinds.NAMESPACE, ""))
      lines.add("Namespace " + namespace.name());
    for (var claim : cluster.list(Kinds.PVC, "")) lines.add(claim(cluster, claim));
    for (var volume : cluster.list(Kinds.PV, "")) lines.add(volume(cluster, volume));
    return lines.stream().sorted().toList();
  }

  /** Signs of a recovery that are left anywhere; UIDs and generated names in no one's way. */
  static List<String> marks(FakeCluster cluster) {
    var found = new ArrayList<String>();
    for (var kind : List.of(Kinds.NAMESPACE, Kinds.PVC, Kinds.PV)) {
      for (var seen : cluster.list(kind, "")) {
        var keys = new TreeSet<>(seen.labels().keySet());
        keys.addAll(seen.annotations().keySet());
        keys.removeIf(
            key -> !key.startsWith(Marks.GROUP) && !key.equals(Marks.EXCLUDE_FROM_BACKUP));
        if (!keys.isEmpty()) found.add(seen.ref().text() + " " + keys);
      }
    }
    return found;
  }

  private static String claim(FakeCluster cluster, Seen claim) {
    var spec = claim.at("/spec").deepCopy();
    if (spec instanceof com.fasterxml.jackson.databind.node.ObjectNode object)
      object.remove("volumeName");
    var volume = cluster.get(Kinds.PV.ref(claim.text("/spec/volumeName")));
    return claim.ref().text()
        + " "
        + claim.text("/status/phase")
        + " "
        + sorted(spec)
        + " "
        + new TreeMap<>(claim.labels())
        + " "
        + new TreeSet<>(claim.annotations().keySet())
        + " "
        + volume.map(pv -> cluster.data(pv.uid())).orElse("no data");
  }

  private static String volume(FakeCluster cluster, Seen volume) {
    return "PersistentVolume "
        + volume.text("/status/phase")
        + " "
        + volume.text(PvView.POLICY)
        + " of "
        + volume.text(PvView.CLAIM_REF + "/namespace")
        + "/"
        + volume.text(PvView.CLAIM_REF + "/name")
        + " "
        + new TreeMap<>(volume.labels())
        + " "
        + new TreeSet<>(volume.annotations().keySet())
        + " "
        + cluster.data(volume.uid());
  }

  private static String sorted(JsonNode node) {
    var fields = new TreeMap<String, String>();
    node.properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue().toString()));
    return fields.toString();
  }
}
