package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The claims that CloudNativePG is to adopt, all of one instance, on their proven volumes. */
record AdoptedGroup(ClusterReader cluster, Run run, Facts facts) {
  /** Annotation on a proven volume: the Job that may have written to it. */
  static final String TAINTED = Marks.GROUP + "/initdb-appeared";

  List<VolumeFacts> volumes() {
    return facts.volumes().stream().filter(volume -> volume.copy() != null).toList();
  }

  /** Those that are there. */
  List<Seen> claims() {
    return volumes().stream().flatMap(volume -> claim(volume).stream()).toList();
  }

  /** The first claim that is not bound to its proven volume; empty if the group is whole. */
  Optional<String> incomplete() {
    for (var volume : volumes()) {
      var claim = claim(volume);
      if (claim.isEmpty()) return Optional.of("claim " + volume.claim() + " is missing");
      var live = claim.get();
      var copy = volume.provenCopy().name();
      if (live.terminating()) return Optional.of("claim " + volume.claim() + " is being deleted");
      if (!live.text("/spec/volumeName").equals(copy))
        return Optional.of("claim " + volume.claim() + " is not on its proven volume " + copy);
      if (!live.text("/status/phase").equals("Bound"))
        return Optional.of("claim " + volume.claim() + " is not bound yet");
    }
    return Optional.empty();
  }

  /** Names of the claims that this Cluster owns. */
  List<String> ownedBy(CnpgCluster live) {
    return claims().stream().filter(live::owns).map(Seen::name).toList();
  }

  /**
   * A Job that makes a data directory was seen before: what is on the volumes may not be what was
   * proven.
   */
  Optional<Failed> tainted() {
    for (var volume : volumes()) {
      var seen = cluster.get(Kinds.PV.ref(volume.provenCopy().name()));
      var job = seen.map(pv -> pv.annotation(TAINTED)).orElse("");
      if (!job.isEmpty()) return Optional.of(failure(volume.provenCopy().name(), job));
    }
    return Optional.empty();
  }

  private Failed failure(String volume, String job) {
    return new Failed(
        "InitdbAppeared",
        "Job "
            + job
            + " was about to make a new data directory on volume "
            + volume
            + " of "
            + Recorded.text(facts)
            + ". The Cluster was deleted at once; all claims and volumes are kept, and nothing is"
            + " started on them",
        "look at PGDATA on "
            + volume
            + " with a pod of your own (a directory next to it was renamed if the Job came that"
            + " far). If it is whole: kubectl annotate pv "
            + volume
            + " "
            + TAINTED
            + "-, then raise spec.retry; else ask for the undo");
  }

  /** The names of all that is not bound as planned, for people. */
  String names() {
    var names = new ArrayList<String>();
    for (var volume : volumes()) names.add(volume.claim());
    return String.join(", ", names);
  }

  private Optional<Seen> claim(VolumeFacts volume) {
    return cluster.get(Kinds.PVC.ref(facts.knownTarget().namespace(), volume.claim()));
  }
}
