package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes the shadow namespaces of every attempt so far by UID. No UID protects what is in a
 * namespace, so everything in it is listed first: with something foreign in it, it stays.
 */
record ShadowRemoval(ClusterWriter cluster, Destroyer destroyer, Run run) {
  /** How long a person gets to take foreign objects out. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * The way forward: waits a while for foreign content to go, then leaves the namespace and says
   * so.
   */
  Outcome remove(Facts facts, Duration running) {
    return remove(facts, running.compareTo(PATIENCE) < 0, false);
  }

  /**
   * The way back, which must not be held up by foreign content: locks and holds are given back
   * after it. Copies whose class retains volumes are let go with their claims.
   */
  Outcome undo(Facts facts) {
    return remove(facts, false, true);
  }

  private Outcome remove(Facts facts, boolean patient, boolean dropping) {
    var left = new ArrayList<String>();
    for (var attempt = 1; attempt <= facts.restore().attempt(); attempt++) {
      var name = run.shadow(facts.knownTarget().namespace(), attempt);
      var namespace = cluster.get(Kinds.NAMESPACE.ref(name));
      if (namespace.isEmpty() || !namespace.get().label(Marks.RUN).equals(run.uid())) continue;
      if (namespace.get().terminating())
        return Outcome.waiting(
            "namespace " + name + " is going" + TargetNamespace.remaining(namespace.get()));
      var foreign = new ShadowContent(cluster, run).foreign(name);
      if (!foreign.isEmpty()) {
        var text = "namespace " + name + " is not deleted, it holds " + listed(foreign);
        if (patient) return Outcome.waiting(text + "; take that out of it");
        left.add(text + "; look, then: kubectl delete namespace " + name);
        continue;
      }
      if (dropping && drop(name)) return Outcome.wrote("letting go of the volumes in " + name);
      destroyer.destroy(new Victim(namespace.get().ref(), namespace.get().uid()));
      return Outcome.wrote("deleting namespace " + name);
    }
    return Outcome.done(left.isEmpty() ? "no shadow namespace is left" : String.join(". ", left));
  }

  /** One bound volume of a retaining class gets policy Delete, so that it goes with its claim. */
  private boolean drop(String namespace) {
    for (var claim : cluster.list(Kinds.PVC, namespace)) {
      var volume =
          PvView.named(cluster, claim.text("/spec/volumeName"))
              .filter(pv -> pv.bound() && pv.claimUid().equals(claim.uid()) && pv.retained())
              .filter(pv -> Retention.droppingPolicy(pv).equals("Delete"));
      if (volume.isPresent()) {
        destroyer.giveBackPolicy(Retention.victim(volume.get()), "Delete");
        return true;
      }
    }
    return false;
  }

  private static String listed(List<String> foreign) {
    var shown = foreign.subList(0, Math.min(5, foreign.size()));
    var more = foreign.size() - shown.size();
    return String.join(", ", shown) + (more > 0 ? " and " + more + " more" : "");
  }
}
