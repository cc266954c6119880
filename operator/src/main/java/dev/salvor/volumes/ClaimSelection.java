package dev.salvor.volumes;

import dev.salvor.api.ClaimChoice;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The claims in scope.
 *
 * @param claims that exist
 * @param missing names that were asked for and do not exist
 * @param obstacles what is wrong with the choice
 */
record ClaimSelection(List<ClaimView> claims, List<String> missing, List<Obstacle> obstacles) {
  static ClaimSelection of(ClusterReader cluster, String namespace, @Nullable ClaimChoice choice) {
    var found = new ArrayList<Obstacle>();
    var names = choice == null ? null : choice.names();
    var labels = choice == null ? null : choice.matchLabels();
    var listed = cluster.list(Kinds.PVC, namespace, labels == null ? Map.of() : labels);
    var claims = new ArrayList<ClaimView>();
    for (var seen : listed) {
      if (names != null && !names.contains(seen.name())) continue;
      if (ForeignOwners.ephemeral(seen)) {
        found.add(ephemeral(seen, names != null));
        if (names == null) continue;
      }
      claims.add(new ClaimView(seen));
    }
    claims.sort(Comparator.comparing(ClaimView::name));
    var missing = new ArrayList<String>();
    if (names != null) {
      var there = claims.stream().map(ClaimView::name).toList();
      for (var name : new LinkedHashSet<>(names)) if (!there.contains(name)) missing.add(name);
    }
    for (var name : missing)
      found.add(
          Obstacle.swap(
              "ClaimMissing",
              "claim " + namespace + "/" + name + " does not exist",
              "check the name: kubectl -n "
                  + namespace
                  + " get pvc; if it is really gone leave out spec.strategy"));
    if (labels != null && claims.isEmpty())
      found.add(
          Obstacle.all(
              "NoClaimSelected",
              "no claim in namespace " + namespace + " carries the labels " + labels,
              "look at their labels: kubectl -n " + namespace + " get pvc --show-labels"));
    return new ClaimSelection(List.copyOf(claims), List.copyOf(missing), List.copyOf(found));
  }

  private static Obstacle ephemeral(Seen claim, boolean named) {
    var message = "claim " + claim.name() + " belongs to a pod and goes with it";
    return named
        ? Obstacle.all("EphemeralClaim", message, "take it out of spec.persistentVolumeClaims")
        : Obstacle.warning(
            "EphemeralClaim", message + "; it is not restored", "nothing, if that is meant");
  }
}
