package dev.salvor.velero;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.salvor.api.PodFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Claims that are used together with the ones that are restored, and stay as they are: a mixture of
 * two times (DESIGN D9, swap.md M9), and a bond to the nodes where they are (swap.md N1).
 */
record Companions(ClusterReader cluster, Contents contents, List<String> accepted, Findings found) {

  /** Refuses a mixture of times that nobody accepted. */
  void judge(List<VolumeFacts> volumes, String namespace) {
    var restored = names(volumes);
    var pods = new ArrayList<BackupPod>();
    contents.archive().pods().values().forEach(pod -> pods.add(new BackupPod(pod)));
    cluster.list(Kinds.POD, namespace).forEach(pod -> pods.add(new BackupPod(pod)));
    var mixed = new LinkedHashMap<String, String>();
    for (var pod : pods)
      for (var claim : staying(pod, restored))
        if (!accepted.contains(claim)) mixed.putIfAbsent(claim, pod.name());
    mixed.forEach((claim, pod) ->
        found.refuse(
            "MixedTimes",
            "pod "
                + pod
                + " uses claim "
                + claim
                + " too, which would stay at today's state while the others go back",
            "Restore it as well, or accept the mixture by naming it in spec.acceptMixedTimes"));
  }

  /** The pods, bound to the nodes that the staying claims of their originals allow. */
  List<PodFacts> place(List<PodFacts> pods, List<VolumeFacts> volumes, String namespace) {
    return pods.stream().map(pod -> placed(pod, names(volumes), namespace)).toList();
  }

  private PodFacts placed(PodFacts pod, Set<String> restored, String namespace) {
    var original = contents.archive().pods().get(pod.name());
    if (original == null) return pod;
    var bonds = new ArrayList<JsonNode>();
    for (var claim : staying(new BackupPod(original), restored))
      cluster
          .get(Kinds.PVC.ref(namespace, claim))
          .map(live -> live.text("/spec/volumeName"))
          .filter(volume -> !volume.isEmpty())
          .flatMap(volume -> cluster.get(Kinds.PV.ref(volume)))
          .map(volume -> volume.at("/spec/nodeAffinity/required/nodeSelectorTerms"))
          .ifPresent(bonds::add);
    var placement =
        pod.placement() == null ? JsonNodeFactory.instance.objectNode() : pod.placement();
    return new PodFacts(
        pod.name(),
        pod.labels(),
        pod.volumes(),
        pod.fileSystem(),
        pod.ownInitContainers(),
        Placement.beside(placement, bonds),
        pod.fields());
  }

  /** Claims of a pod that uses a restored one, without those and without what dies with the pod. */
  private static Set<String> staying(BackupPod pod, Set<String> restored) {
    var staying = new TreeSet<String>();
    if (pod.claims().values().stream().noneMatch(restored::contains)) return staying;
    pod.claims()
        .forEach((volume, claim) -> {
          if (!restored.contains(claim) && !pod.ephemeral(volume)) staying.add(claim);
        });
    return staying;
  }

  private static Set<String> names(List<VolumeFacts> volumes) {
    return volumes.stream().map(VolumeFacts::claim).collect(Collectors.toSet());
  }
}
