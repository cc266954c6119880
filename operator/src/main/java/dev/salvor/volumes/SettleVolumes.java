package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes the new volumes ordinary ones, with the reclaim policy of those they replace, and keeps the
 * old ones out of backups: restored from one, such a volume would point to the claim (swap.md M2).
 */
public record SettleVolumes(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    for (var volume : facts.volumes()) {
      var copy = volume.copy();
      if (copy == null) continue;
      var claim = ClaimView.read(cluster, namespace, volume.claim());
      var seen = PvView.read(cluster, copy);
      if (claim.isEmpty() || seen.isEmpty() || !uses(claim.get(), seen.get()))
        return Outcome.failed(
            "ClaimTaken",
            "claim " + volume.claim() + " is not on its proven volume " + copy.name() + " any more",
            "find out who changed it: kubectl -n " + namespace + " get pvc " + volume.claim());
      var wrote =
          ordinary(volume, seen.get()).or(() -> unsigned(claim.get())).or(() -> kept(volume));
      if (wrote.isPresent()) return wrote.get();
    }
    for (var volume : facts.postgres().dropped()) {
      var wrote = kept(volume);
      if (wrote.isPresent()) return wrote.get();
    }
    return Outcome.done("the new volumes are ordinary ones, the old ones are kept");
  }

  private static boolean uses(ClaimView claim, PvView volume) {
    return claim.volumeName().equals(volume.name())
        && claim.bound()
        && volume.bound()
        && volume.claimUid().equals(claim.uid());
  }

  private Optional<Outcome> ordinary(VolumeFacts volume, PvView copy) {
    var old = volume.old();
    var policy = old == null ? copy.policyBefore() : old.policy();
    var edit =
        copy.seen()
            .edit()
            .annotate(Marks.BEFORE, null)
            .annotate(Marks.CONDEMNED, null)
            .label(Marks.EXCLUDE_FROM_BACKUP, null);
    if (!edit.isEmpty()) {
      cluster.write(edit.write());
      return Optional.of(Outcome.wrote("volume " + copy.name() + " is in backups again"));
    }
    if (!copy.heldBy(run) && copy.policy().equals(policy)) return Optional.empty();
    destroyer.giveBackPolicy(Retention.victim(copy), policy);
    return Optional.of(Outcome.wrote("volume " + copy.name() + " has reclaim policy " + policy));
  }

  private Optional<Outcome> unsigned(ClaimView claim) {
    if (!claim.seen().annotation(Marks.HELD_BY).equals(run.by())) return Optional.empty();
    cluster.write(
        claim.seen().edit().annotate(Marks.HELD_BY, null).annotate(Marks.NUDGED, null).write());
    return Optional.of(Outcome.wrote("claim " + claim.name() + " is an ordinary claim"));
  }

  private Optional<Outcome> kept(VolumeFacts volume) {
    var old = volume.old();
    if (old == null) return Optional.empty();
    // a person may have removed it: that is no reason to fail what is done
    var seen = PvView.read(cluster, old).filter(pv -> pv.heldBy(run) && !pv.bound());
    if (seen.isEmpty()) return Optional.empty();
    var edit =
        seen.get()
            .seen()
            .edit()
            .label(Marks.EXCLUDE_FROM_BACKUP, "true")
            .label(Marks.ROLE, Marks.ROLE_OLD)
            .annotate(Marks.BEFORE, null);
    if (edit.isEmpty()) return Optional.empty();
    cluster.write(edit.write());
    return Optional.of(Outcome.wrote("volume " + old.name() + " is kept out of backups"));
  }
}
