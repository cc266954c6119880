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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the old data outlive its claims: reclaim policy {@code Retain} on the volume of every claim
 * that is going to be replaced (S5).
 */
public record RetainVolumes(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    for (var volume : replaced(facts)) {
      var old = volume.old();
      if (old == null) continue;
      var seen = PvView.read(cluster, old);
      if (seen.isEmpty() || !belongs(namespace, volume, seen.get())) return changed(volume);
      var edit = Retention.hold(seen.get(), role(volume), run);
      if (!edit.isEmpty()) {
        cluster.write(edit.write());
        return Outcome.wrote("volume " + old.name() + " of claim " + volume.claim() + " retained");
      }
    }
    for (var volume : facts.postgres().dropped()) {
      var wrote = dropped(namespace, volume);
      if (wrote.isPresent()) return wrote.get();
    }
    return Outcome.done("the volumes outlive their claims");
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var kept = new ArrayList<String>();
    var held = new ArrayList<>(replaced(facts));
    held.addAll(facts.postgres().dropped());
    for (var volume : held) {
      var old = volume.old();
      if (old == null) continue;
      var seen = PvView.read(cluster, old).filter(pv -> pv.heldBy(run));
      if (seen.isEmpty()) continue;
      var pv = seen.get();
      // not Bound: its claim went while we held it, and only Retain keeps the data
      if (!pv.bound()) {
        kept.add(pv.name());
        continue;
      }
      destroyer.giveBackPolicy(Retention.victim(pv), pv.policyBefore());
      return Outcome.wrote("volume " + pv.name() + " has its reclaim policy back");
    }
    return Outcome.done(
        kept.isEmpty()
            ? "reclaim policies as before"
            : "kept with Retain, because no claim holds it any more: " + String.join(", ", kept));
  }

  /**
   * Those whose claim went since have nothing to be kept, or are kept from an earlier exchange
   * already.
   */
  private Optional<Outcome> dropped(String namespace, VolumeFacts volume) {
    var old = volume.old();
    var claim =
        ClaimView.read(cluster, namespace, volume.claim())
            .filter(live -> live.uid().equals(volume.claimUid()));
    if (old == null || claim.isEmpty()) return Optional.empty();
    var seen = PvView.read(cluster, old).filter(pv -> pv.name().equals(claim.get().volumeName()));
    if (seen.isEmpty()) return Optional.of(changed(volume));
    var edit = Retention.hold(seen.get(), Marks.ROLE_OLD, run);
    if (edit.isEmpty()) return Optional.empty();
    cluster.write(edit.write());
    return Optional.of(
        Outcome.wrote("volume " + old.name() + " of claim " + volume.claim() + " retained"));
  }

  /**
   * The claims that get another volume; the others stay at today's state and are not touched. Of a
   * database all do, with a copy or without.
   */
  static List<VolumeFacts> replaced(Facts facts) {
    if (facts.postgres().database() != null) return facts.volumes();
    return facts.volumes().stream()
        .filter(volume -> volume.copy() != null || volume.content() != null)
        .toList();
  }

  /**
   * The role tells an undo which volume was there first: while the other one has it, this one is
   * the new one.
   */
  private String role(VolumeFacts volume) {
    var copy = volume.copy();
    Optional<PvView> other = copy == null ? Optional.empty() : PvView.read(cluster, copy);
    return other.filter(pv -> pv.heldBy(run) && pv.role(Marks.ROLE_OLD)).isPresent()
        ? Marks.ROLE_NEW
        : Marks.ROLE_OLD;
  }

  private boolean belongs(String namespace, VolumeFacts volume, PvView seen) {
    var claim = ClaimView.read(cluster, namespace, volume.claim());
    var recorded = volume.claimUid();
    if (recorded == null) return claim.isEmpty();
    return claim
        .filter(live -> live.uid().equals(recorded))
        .filter(live ->
            live.volumeName().equals(seen.name()) || seen.heldBy(run) && onCopy(volume, live))
        .isPresent();
  }

  /** An undo of a half-way exchange finds some claims on their former volume already. */
  private static boolean onCopy(VolumeFacts volume, ClaimView live) {
    var copy = volume.copy();
    return copy != null && live.volumeName().equals(copy.name());
  }

  private static Outcome changed(VolumeFacts volume) {
    return Outcome.failed(
        "ClaimChanged",
        "claim " + volume.claim() + " or its volume is not the one that was approved",
        "raise spec.retry to look again and approve again");
  }
}
