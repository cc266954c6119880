package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes volumes wait for claims by name. Their claimRef is replaced in one write and never null,
 * and at most one volume waits for a claim (swap.md 1.1, invariants 1 and 2).
 */
record Pointing(ClusterWriter cluster, Run run) {
  private static final String EXCLUDED =
      "/metadata/labels/" + Marks.EXCLUDE_FROM_BACKUP.replace("/", "~1");

  /** The next write, or what to wait for; empty once every volume waits for its claim. */
  Optional<Outcome> next(Facts facts, List<Placement> placements) {
    var namespace = facts.knownTarget().namespace();
    var volumes = cluster.list(Kinds.PV, "");
    for (var placement : placements) {
      var rival = rival(namespace, placement, volumes);
      if (rival.isPresent()) return rival;
    }
    for (var placement : placements) {
      if (placement.at(Position.A)) return Optional.of(point(namespace, placement, volumes));
    }
    for (var placement : placements) {
      var pending = placement.at(Position.B, Position.D);
      var phase = placement.copy().map(PvView::phase).orElse("");
      if (pending && !phase.equals("Available"))
        return Optional.of(
            Outcome.pressing(
                "volume "
                    + placement.volume().provenCopy().name()
                    + " is "
                    + phase
                    + ", waiting until it is Available to claim "
                    + placement.name()));
    }
    return Optional.empty();
  }

  private Optional<Outcome> rival(String namespace, Placement placement, List<Seen> volumes) {
    var copy = placement.volume().provenCopy();
    for (var seen : volumes) {
      var volume = new PvView(seen);
      if (seen.uid().equals(copy.uid()) || !volume.pointsTo(namespace, placement.name())) continue;
      if (placement.claim().filter(claim -> claim.volumeName().equals(volume.name())).isPresent())
        return Optional.of(
            Outcome.pressing(
                "claim " + placement.name() + " is about to be bound to volume " + volume.name()));
      if (volume.heldBy(run)) {
        var back = unpoint(volume, placement.volume().old());
        if (back.isPresent()) return back;
      }
      return Optional.of(
          Outcome.failed(
              "VolumeAlreadyPointed",
              "PersistentVolume "
                  + volume.name()
                  + " also waits for claim "
                  + namespace
                  + "/"
                  + placement.name()
                  + " by name, and the binder would take either",
              "remove spec.claimRef from that volume's manifest in Git, or delete the volume if"
                  + " nobody needs it, and raise spec.retry"));
    }
    return Optional.empty();
  }

  private Outcome point(String namespace, Placement placement, List<Seen> volumes) {
    var facts = placement.volume().provenCopy();
    var copy = placement.copy().orElseThrow();
    if (!copy.heldBy(run) || !copy.retained())
      return Outcome.failed(
          "CopyTaken",
          "somebody else changed the copy: " + placement.seen(),
          "find out who did: kubectl get pv " + copy.name() + " -o yaml --show-managed-fields");
    var held = stillHeld(namespace, placement, copy);
    if (held.isPresent()) return held.get();
    var manifest = placement.volume().manifest();
    if (manifest == null)
      return Outcome.failed(
          "ClaimUnknown",
          "there is no record of what claim " + placement.name() + " looked like",
          "use spec.strategy: InPlace in a new recovery");
    var unfit = Fit.whyNot(manifest, copy).or(() -> Fit.shares(copy, volumes, facts.shadow()));
    if (unfit.isPresent())
      return Outcome.failed(
          "CopyDoesNotFit",
          "volume "
              + copy.name()
              + " cannot take the place behind claim "
              + placement.name()
              + ": "
              + unfit.get(),
          "use spec.strategy: InPlace in a new recovery");
    var before = Before.of(copy.seen(), List.of(PvView.CLAIM_REF, EXCLUDED));
    cluster.write(
        copy.seen()
            .edit()
            .set(PvView.CLAIM_REF, PvView.claimRef(namespace, placement.name(), ""))
            .label(Marks.EXCLUDE_FROM_BACKUP, null)
            .annotate(Marks.BEFORE, before.toString())
            .write());
    return Outcome.wrote("volume " + copy.name() + " waits for claim " + placement.name());
  }

  /** The claim through which the copy was filled; with another name it may be a database's own. */
  private Optional<Outcome> stillHeld(String namespace, Placement placement, PvView copy) {
    var facts = placement.volume().provenCopy();
    var home = facts.shadow() == null ? namespace : facts.shadow();
    var name = facts.claim() == null ? placement.name() : facts.claim();
    var former =
        ClaimView.read(cluster, home, name).filter(claim -> claim.uid().equals(copy.claimUid()));
    if (former.isEmpty())
      return facts.claim() != null && copy.bound()
          ? Optional.of(Outcome.pressing("volume " + copy.name() + " is not Released yet"))
          : Optional.empty();
    if (facts.claim() != null && !former.get().seen().terminating())
      return Optional.of(
          Outcome.failed(
              "CopyInUse",
              "volume " + copy.name() + " still belongs to claim " + home + "/" + name,
              "find out who keeps that claim: kubectl -n "
                  + home
                  + " get pvc "
                  + name
                  + " -o yaml"));
    return Optional.of(
        Outcome.pressing("claim " + home + "/" + name + " still holds volume " + copy.name()));
  }

  /**
   * Gives a volume that waits for a claim back to its former, deleted claim, so that it is Released
   * again. Empty if that is not on record.
   */
  Optional<Outcome> unpoint(PvView volume, VolumeFacts.@Nullable Pv recorded) {
    var before = Before.annotated(volume.seen());
    var former = before.get(PvView.CLAIM_REF);
    if (former == null || !former.has("uid")) {
      if (recorded == null || !recorded.uid().equals(volume.seen().uid())) return Optional.empty();
      var uid = recorded.claimUid();
      var reference = volume.seen().at(PvView.CLAIM_REF);
      if (uid == null) return Optional.empty();
      var shadow = recorded.shadow();
      var name = recorded.claim();
      former =
          PvView.claimRef(
              shadow == null ? reference.path("namespace").asText() : shadow,
              name == null ? reference.path("name").asText() : name,
              uid);
    }
    var excluded = before.path(EXCLUDED).asText("");
    cluster.write(
        volume
            .seen()
            .edit()
            .set(PvView.CLAIM_REF, former)
            .label(Marks.EXCLUDE_FROM_BACKUP, excluded.isEmpty() ? null : excluded)
            .annotate(Marks.BEFORE, null)
            .write());
    return Optional.of(
        Outcome.wrote("volume " + volume.name() + " belongs to its former claim again"));
  }
}
