package dev.salvor.volumes;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the StorageClasses forbid: read from their parameters, before there is any data. */
record ClassObstacles(ClusterReader cluster, Map<String, String> mapping, boolean sameNamespace) {
  ClassObstacles(ClusterReader cluster, Map<String, String> mapping) {
    this(cluster, mapping, false);
  }

  static final String STATIC = "kubernetes.io/no-provisioner";

  /** Parameters that hold the folder of a volume on a share. */
  static final Set<String> FOLDERS = Set.of("pathpattern", "subdir");

  /** How patterns spell the claim's namespace and the volume's own name. */
  private static final List<String> UNIQUE =
      List.of("pvc.namespace", "pvc.metadata.namespace", "pvname", "pv.name", "pv.metadata.name");

  /** How they spell what tells a claim from another one of its namespace. */
  private static final List<String> NAMED =
      List.of("pvc.name}", "pvc.metadata.name}", "pvname", "pv.name", "pv.metadata.name");

  List<Obstacle> of(List<ClaimView> claims) {
    var found = new ArrayList<Obstacle>();
    var names = new TreeSet<String>(mapping.values());
    for (var claim : claims) {
      var name = claim.storageClass();
      if (!name.isEmpty()) names.add(mapping.getOrDefault(name, name));
      else if (claim.bound())
        found.add(
            Obstacle.swap(
                "StorageClassMissing",
                "claim "
                    + claim.name()
                    + " has no StorageClass, so no volume can be made for its copy",
                "give the claim a StorageClass"));
    }
    for (var name : names) {
      var seen = cluster.get(Kinds.STORAGE_CLASS.ref(name));
      if (seen.isEmpty())
        found.add(
            Obstacle.all(
                "StorageClassMissing",
                "StorageClass " + name + " does not exist",
                "create it, or map it to one that does with spec.storageClassMapping; there is: "
                    + "kubectl get storageclass"));
      else inspect(seen.get(), found);
    }
    for (var claim : claims) {
      var mapped = mapping.getOrDefault(claim.storageClass(), claim.storageClass());
      if (!mapped.equals(claim.storageClass()))
        found.add(
            Obstacle.warning(
                "StorageClassChanges",
                "claim "
                    + claim.name()
                    + " comes back with StorageClass "
                    + mapped
                    + " instead of "
                    + claim.storageClass()
                    + ", which cannot be changed on a claim",
                "if Git holds the claim, put "
                    + mapped
                    + " there before GitOps is resumed (spec.gitOps.resume: Manual)"));
    }
    return found;
  }

  private void inspect(Seen storage, List<Obstacle> found) {
    if (storage.text("/provisioner").equals(STATIC))
      found.add(
          Obstacle.swap(
              "NoRoomForCopy",
              "StorageClass " + storage.name() + " does not make volumes by itself",
              "map it to a class with a provisioner with spec.storageClassMapping"));
    for (var parameter : storage.at("/parameters").properties()) {
      var key = parameter.getKey();
      var value = parameter.getValue().asText();
      if (FOLDERS.contains(key.toLowerCase(Locale.ROOT)) && sameFolder(value))
        found.add(
            Obstacle.swap(
                "StorageClassSharesFolders",
                "StorageClass "
                    + storage.name()
                    + " puts volumes into folder "
                    + value
                    + ": a copy beside would be written into production's own folder",
                "use a class whose "
                    + key
                    + " has the volume's name in it, with spec.storageClassMapping"));
      if (!sameNamespace && key.contains("secret") && value.contains("${pvc."))
        found.add(
            Obstacle.swap(
                "StorageClassNeedsNamespace",
                "StorageClass "
                    + storage.name()
                    + " takes its Secret from the claim's namespace ("
                    + key
                    + ": "
                    + value
                    + "): a volume made in the shadow namespace would need it for ever",
                "use a class with a fixed Secret, with spec.storageClassMapping"));
    }
  }

  /**
   * Neither the namespace nor the volume's name: the claim of the shadow gets production's folder.
   * One beside it in the same namespace needs a name in it.
   */
  private boolean sameFolder(String pattern) {
    var text = pattern.toLowerCase(Locale.ROOT);
    return !pattern.isEmpty()
        && (sameNamespace ? NAMED : UNIQUE).stream().noneMatch(text::contains);
  }
}
