package dev.salvor.velero;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.PodFacts;
import dev.salvor.api.VolumeFacts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which pods of a backup a restore of volumes brings as held pods: those through which claims are
 * filled, and those that come with them because a Restore selects by label and not by name. Velero
 * waits for every volume of every pod it creates, so a pod of the second kind is held as well, its
 * volumes as empty folders that go with it.
 */
record HeldPods(Contents contents) {
  private static final List<String> PLACEMENT =
      List.of(
          "nodeSelector",
          "affinity",
          "tolerations",
          "topologySpreadConstraints",
          "securityContext");

  private static final Set<String> WAITS = Set.of("restore-wait", "restic-wait");

  List<PodFacts> plan(List<VolumeFacts> volumes) {
    var fillers = new TreeMap<String, Map<String, String>>();
    for (var volume : volumes) {
      var content = volume.content();
      if (content == null || content.pod() == null || content.volume() == null) continue;
      fillers
          .computeIfAbsent(content.pod(), name -> new TreeMap<>())
          .put(content.volume(), volume.claim());
    }
    var selectors = new LinkedHashSet<Map<String, String>>();
    for (var name : fillers.keySet()) selectors.add(pod(name).seen().labels());
    var pods = new ArrayList<PodFacts>();
    for (var seen : contents.archive().pods().values()) {
      var pod = new BackupPod(seen);
      var filled = fillers.get(pod.name());
      if (filled == null && (!pod.restorable() || !selected(pod, selectors))) continue;
      var mounted = new TreeMap<String, String>();
      for (var saved : contents.saved())
        if (saved.pod().equals(pod.name()) && saved.restorable()) mounted.put(saved.volume(), "");
      var fileSystem = !mounted.isEmpty();
      if (filled != null) mounted.putAll(filled);
      if (!mounted.isEmpty()) pods.add(facts(pod, mounted, fileSystem));
    }
    return pods;
  }

  /** Bytes of what is restored beside the claims and thrown away. */
  long thrownAway(List<PodFacts> pods) {
    return contents.saved().stream()
        .filter(PodVolumeBackup::restorable)
        .filter(saved ->
            pods.stream()
                .anyMatch(pod ->
                    pod.name().equals(saved.pod()) && "".equals(pod.volumes().get(saved.volume()))))
        .mapToLong(PodVolumeBackup::bytes)
        .sum();
  }

  private static boolean selected(BackupPod pod, Set<Map<String, String>> selectors) {
    var labels = pod.seen().labels().entrySet();
    return selectors.stream().anyMatch(selector -> labels.containsAll(selector.entrySet()));
  }

  private PodFacts facts(BackupPod pod, Map<String, String> volumes, boolean fileSystem) {
    var own = 0;
    for (var container : pod.seen().at("/spec/initContainers"))
      if (!WAITS.contains(container.path("name").asText())) own++;
    var fields = new ArrayList<String>();
    pod.seen().at("/spec").properties().forEach(field -> fields.add(field.getKey()));
    return new PodFacts(
        pod.name(),
        pod.seen().labels(),
        volumes,
        fileSystem,
        own,
        placement(pod),
        fields.stream().sorted().toList());
  }

  private static ObjectNode placement(BackupPod pod) {
    var placement = JsonNodeFactory.instance.objectNode();
    for (var field : PLACEMENT)
      if (pod.seen().has("/spec/" + field))
        placement.set(field, pod.seen().at("/spec/" + field).deepCopy());
    return placement;
  }

  private BackupPod pod(String name) {
    var seen = contents.archive().pods().get(name);
    if (seen == null) throw new IllegalStateException("pod " + name + " is not in the backup");
    return new BackupPod(seen);
  }
}
