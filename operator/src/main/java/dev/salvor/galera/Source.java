package dev.salvor.galera;

import dev.salvor.api.GaleraFacts;
import dev.salvor.api.GaleraFacts.Survivor;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which member a new cluster is to begin with. */
sealed interface Source {
  /** The one that has everything that any of those left has. */
  record Found(String pod, Galera.Position position) implements Source {}

  /** Not to be said, or not yet. */
  record Unknown(String why) implements Source {}

  /**
   * From live reads. Every member that is left must be known: its machine answers, and the operator
   * has learnt where its data stands.
   */
  static Source of(ClusterReader cluster, GaleraFacts facts, Galera galera) {
    var left = new ArrayList<String>();
    for (var survivor : facts.survivors()) {
      var claim = cluster.get(Kinds.PVC.ref(facts.namespace(), claim(survivor)));
      // another recovery has given its data up meanwhile
      if (claim.filter(seen -> seen.uid().equals(survivor.claim())).isEmpty()) continue;
      var absent = absent(cluster, facts, survivor);
      if (absent.isPresent()) return new Unknown(absent.get());
      left.add(survivor.pod());
    }
    if (left.isEmpty()) return new Unknown("no member is left that has data");
    return choose(left, galera);
  }

  /** Pure: of members that all run. */
  static Source choose(List<String> left, Galera galera) {
    var found = new ArrayList<Found>();
    for (var pod : left) {
      var position = galera.position(pod);
      // nobody to be compared with: how far it is does not matter, that it has a history does
      if (position.isPresent() && (position.get().known() || left.size() == 1))
        found.add(new Found(pod, position.get()));
      else if (galera.bare(pod)) continue;
      else return new Unknown("how far " + pod + " is, is not told by mariadb-operator");
    }
    if (found.isEmpty())
      return new Unknown("no member is left with data: a state transfer into them did not end");
    if (found.stream().map(one -> one.position().history()).distinct().count() > 1)
      return new Unknown(
          "its members do not have one history: "
              + found.stream()
                  .map(one -> one.pod() + " is at " + text(one.position()))
                  .collect(Collectors.joining(", "))
              + "; say which one is right by setting forceClusterBootstrapInPod yourself, and take"
              + " it out again");
    return found.stream()
        .max(Comparator.comparingLong(one -> one.position().seqno()))
        .orElseThrow();
  }

  /** {@code 6b0e…:1204}. */
  static String text(Galera.Position position) {
    return position.history() + ":" + position.seqno();
  }

  /** A machine that does not answer may still have a member that serves its clients. */
  private static Optional<String> absent(
      ClusterReader cluster, GaleraFacts facts, Survivor survivor) {
    var pod = cluster.get(Kinds.POD.ref(facts.namespace(), survivor.pod()));
    if (pod.isEmpty() || pod.get().text("/spec/nodeName").isEmpty())
      return Optional.of("its member " + survivor.pod() + ", which has data, runs nowhere");
    var node = pod.get().text("/spec/nodeName");
    if (cluster.get(Kinds.NODE.ref(node)).filter(Galera::isReady).isPresent())
      return Optional.empty();
    return Optional.of(
        "its member "
            + survivor.pod()
            + " is on "
            + node
            + ", which does not answer and may go on serving; if that is gone for good, too, apply"
            + " a NodeLossRecovery for it");
  }

  private static String claim(Survivor survivor) {
    return "storage-" + survivor.pod();
  }
}
