package dev.salvor.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.DatabaseFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * What the StorageClasses forbid in which CloudNativePG makes volumes for a recovered database.
 * Names of claims come back: of a copy after an earlier copy became the database, of replicas after
 * the Cluster was made anew. A folder named after the claim would then be a living database's.
 */
record GroupClasses(ClusterReader cluster) {
  private static final String DEFAULT = "storageclass.kubernetes.io/is-default-class";

  /** How patterns spell the volume's own name, the only one that never comes back. */
  private static final List<String> UNIQUE = List.of("pvname", "pv.name", "pv.metadata.name");

  /** Classes of the claims, and of those that are made from the manifest. */
  TreeSet<String> names(DatabaseFacts database, List<ClaimView> claims) {
    var names = new TreeSet<String>();
    for (var claim : claims) if (!claim.storageClass().isEmpty()) names.add(claim.storageClass());
    var manifest = database.manifest();
    if (manifest == null) return names;
    var spec = manifest.path("spec");
    ofStorage(spec.path("storage"), names);
    if (spec.has("walStorage")) ofStorage(spec.path("walStorage"), names);
    for (var tablespace : spec.path("tablespaces")) ofStorage(tablespace.path("storage"), names);
    return names;
  }

  List<Obstacle> of(TreeSet<String> names, int volumes) {
    var found = new ArrayList<Obstacle>();
    for (var name : names) {
      var seen = cluster.get(Kinds.STORAGE_CLASS.ref(name));
      if (seen.isEmpty())
        found.add(
            Obstacle.all(
                "StorageClassMissing",
                "StorageClass " + name + " does not exist",
                "create it, or name one that exists in the Cluster's spec.storage; there is:"
                    + " kubectl get storageclass"));
      else inspect(seen.get(), volumes, found);
    }
    return found;
  }

  private void inspect(Seen storage, int volumes, List<Obstacle> found) {
    if (storage.text("/provisioner").equals(ClassObstacles.STATIC)) {
      var free =
          cluster.list(Kinds.PV, "").stream()
              .map(PvView::new)
              .filter(pv -> pv.storageClass().equals(storage.name()))
              .filter(pv -> pv.phase().equals("Available") && !pv.seen().has(PvView.CLAIM_REF))
              .count();
      if (free < volumes)
        found.add(
            Obstacle.all(
                "NoRoomForCopy",
                "StorageClass "
                    + storage.name()
                    + " does not make volumes by itself, and "
                    + free
                    + " volumes of it are free; the recovered database needs "
                    + volumes,
                "create PersistentVolumes of that class, as large as those of the database"));
    }
    for (var parameter : storage.at("/parameters").properties()) {
      var value = parameter.getValue().asText();
      if (ClassObstacles.FOLDERS.contains(parameter.getKey().toLowerCase(Locale.ROOT))
          && comesBack(value))
        found.add(
            Obstacle.all(
                "StorageClassSharesFolders",
                "StorageClass "
                    + storage.name()
                    + " puts volumes into folder "
                    + value
                    + ": a later claim of the same name would be written into this database's own"
                    + " folder",
                "move the database to a class whose "
                    + parameter.getKey()
                    + " has the volume's name in it"));
    }
  }

  private void ofStorage(JsonNode storage, TreeSet<String> names) {
    var name =
        storage.path("storageClass").asText(storage.at("/pvcTemplate/storageClassName").asText(""));
    if (!name.isEmpty()) names.add(name);
    else
      cluster.list(Kinds.STORAGE_CLASS, "").stream()
          .filter(seen -> seen.annotation(DEFAULT).equals("true"))
          .forEach(seen -> names.add(seen.name()));
  }

  private static boolean comesBack(String pattern) {
    var text = pattern.toLowerCase(Locale.ROOT);
    return !pattern.isEmpty() && UNIQUE.stream().noneMatch(text::contains);
  }
}
