package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether a Cluster may be deleted, and what has to be gone afterwards. */
record Deletion(ClusterReader cluster, Run run) {
  /** Asked by fresh reads right before the call that cannot be taken back; empty if it may. */
  Optional<Failed> whyNot(Facts facts, CnpgCluster live) {
    return unsafeVolume(facts, live)
        .map(why ->
            new Failed(
                "OldVolumeNotSafe",
                live.seen().ref().text() + " was not deleted: " + why,
                "find out who changed it, set its reclaim policy to Retain, then raise spec.retry"))
        .or(() -> orphan(facts))
        .or(() -> unsaved(live))
        .or(() -> deaf(live));
  }

  /**
   * A claim without an owner that is in no plan: CloudNativePG would adopt it with the others, and
   * the last one labelled primary wins (swap.md P4).
   */
  Optional<Failed> orphan(Facts facts) {
    var recorded = recorded(facts);
    return claims(facts).stream()
        .filter(claim -> claim.at("/metadata/ownerReferences").isEmpty())
        .filter(claim -> !recorded.contains(claim.uid()) && !ours(claim))
        .findFirst()
        .map(claim ->
            new Failed(
                "OrphanClaim",
                claim.ref().text()
                    + " has the label or a name of the Cluster and no owner, and is in no plan:"
                    + " CloudNativePG would adopt it with the recovered ones",
                "look whose it is; take its label "
                    + Cnpg.CLUSTER
                    + " off or delete it, then raise spec.retry"));
  }

  /** A claim that is not of the group, owned or not, while the new Cluster is about to come. */
  Optional<Failed> stranger(Facts facts) {
    var group = facts.volumes().stream().map(VolumeFacts::claim).collect(Collectors.toSet());
    return claims(facts).stream()
        .filter(claim -> !group.contains(claim.name()) || !ours(claim))
        .findFirst()
        .map(claim ->
            new Failed(
                "OrphanClaim",
                claim.ref().text()
                    + " has the label or a name of the Cluster and is not one of the recovered"
                    + " claims: CloudNativePG would take it for its own",
                "look whose it is; take its label "
                    + Cnpg.CLUSTER
                    + " off or delete it, then raise spec.retry"));
  }

  /** What is left of the deleted Cluster and has to go before its name can be used again. */
  List<Seen> left(Facts facts) {
    var database = facts.postgres().knownDatabase();
    var recorded = recorded(facts);
    var namespace = facts.knownTarget().namespace();
    return Remnants.of(cluster, namespace, database.name(), database.uid()).stream()
        .filter(seen -> !Kinds.CLUSTER.of(seen.ref()))
        // claims that are deleted by UID in a later step, or were made by an earlier call of one
        .filter(seen ->
            !Kinds.PVC.of(seen.ref())
                || !(ours(seen) || !owned(seen) && recorded.contains(seen.uid())))
        // what has no owner does not go with it: the user's own Secrets and Services
        .filter(
            seen -> owned(seen) || !Kinds.SECRET.of(seen.ref()) && !Kinds.SERVICE.of(seen.ref()))
        .toList();
  }

  private Optional<String> unsafeVolume(Facts facts, CnpgCluster live) {
    var volumes = new HashSet<String>();
    for (var volume : known(facts).toList()) {
      var copy = volume.copy();
      if (copy != null && pv(copy).isEmpty())
        return Optional.of("volume " + copy.name() + ", the proven copy, is gone");
      for (var pv : Stream.of(volume.old(), copy).toList()) {
        // an old volume that is lost already has nothing to lose
        var seen = pv == null ? Optional.<Seen>empty() : pv(pv);
        if (seen.isEmpty()) continue;
        if (!retained(seen.get()))
          return Optional.of("volume " + seen.get().name() + " is not Retain");
        volumes.add(seen.get().name());
      }
    }
    for (var claim : claims(facts)) {
      var name = claim.text("/spec/volumeName");
      if (name.isEmpty() || volumes.contains(name)) continue;
      var seen = cluster.get(Kinds.PV.ref(name));
      if (seen.isPresent() && !retained(seen.get()))
        return Optional.of(
            "volume "
                + name
                + " of claim "
                + claim.name()
                + ", which goes with Cluster "
                + live.name()
                + ", is not Retain");
    }
    return Optional.empty();
  }

  private Optional<Seen> pv(VolumeFacts.Pv recorded) {
    return cluster
        .get(Kinds.PV.ref(recorded.name()))
        .filter(seen -> seen.uid().equals(recorded.uid()));
  }

  private Optional<Failed> unsaved(CnpgCluster live) {
    var kept = SavedSecrets.kept(cluster, run, live.namespace());
    var wanted = SavedSecrets.data(SavedSecrets.owned(cluster, live));
    var same =
        kept.filter(seen ->
                wanted.isEmpty()
                    ? !seen.has("/data") || seen.at("/data").isEmpty()
                    : seen.at("/data").equals(wanted))
            .isPresent();
    return same
        ? Optional.empty()
        : Optional.of(
            new Failed(
                "SecretsNotSaved",
                live.seen().ref().text()
                    + " was not deleted: its Secrets are not kept as they are now",
                "raise spec.retry"));
  }

  /** The operator serves its webhook itself: who answers a dry run is alive (P18). */
  private Optional<Failed> deaf(CnpgCluster live) {
    return cluster
        .rehearse(live.seen().edit().annotate(Marks.CONDEMNED, run.by()).write())
        .map(why ->
            new Failed(
                "CnpgNotAnswering",
                live.seen().ref().text()
                    + " was not deleted, because nobody would make it again: a dry run of a change"
                    + " was not taken: "
                    + why,
                "bring CloudNativePG back (its Deployment and webhook), then raise spec.retry"));
  }

  private List<Seen> claims(Facts facts) {
    var database = facts.postgres().knownDatabase();
    var namespace = facts.knownTarget().namespace();
    return Remnants.of(cluster, namespace, database.name(), database.uid()).stream()
        .filter(seen -> Kinds.PVC.of(seen.ref()))
        .toList();
  }

  private boolean ours(Seen seen) {
    return seen.annotation(Marks.HELD_BY).equals(run.by());
  }

  private static boolean owned(Seen seen) {
    return !seen.at("/metadata/ownerReferences").isEmpty();
  }

  private static boolean retained(Seen volume) {
    return volume.text("/spec/persistentVolumeReclaimPolicy").equals("Retain");
  }

  private static Stream<VolumeFacts> known(Facts facts) {
    return Stream.concat(facts.volumes().stream(), facts.postgres().dropped().stream());
  }

  private static Set<String> recorded(Facts facts) {
    var uids = new HashSet<String>();
    known(facts)
        .forEach(volume -> {
          var uid = volume.claimUid();
          if (uid != null) uids.add(uid);
        });
    return uids;
  }
}
