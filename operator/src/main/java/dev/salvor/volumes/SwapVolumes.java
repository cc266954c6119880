package dev.salvor.volumes;

import static dev.salvor.volumes.Position.A;
import static dev.salvor.volumes.Position.B;
import static dev.salvor.volumes.Position.C;
import static dev.salvor.volumes.Position.D;
import static dev.salvor.volumes.Position.E;
import static dev.salvor.volumes.Position.X1;
import static dev.salvor.volumes.Position.X2;
import static dev.salvor.volumes.Position.X3;
import static dev.salvor.volumes.Position.Y;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import dev.salvor.kube.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The exchange: deletes every claim by UID, then creates every claim again on its proven volume.
 * Each call reads where all claims stand and makes the next move; nothing is remembered.
 *
 * <p>What forbids to delete more (somebody else's claim, GitOps no longer held) does not forbid to
 * create what is already missing: the shortest way to whole data comes first, then the failure.
 */
public record SwapVolumes(ClusterWriter cluster, Destroyer destroyer, Run run, Guard<Facts> held)
    implements Act<Facts> {
  /** How long somebody else's claim may stay without a volume (swap.md, state X2). */
  private static final Duration NUDGE_AFTER = Duration.ofMillis(1_500);

  private static final Duration FOREIGN_CLAIM = Duration.ofSeconds(10);

  /** How long a pod may name a claim before its deletion is given up. */
  private static final Duration LATE_POD = Duration.ofSeconds(60);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var all = Placement.all(cluster, facts, run);
    var stop = stop(facts, all, moment);
    if (stop.isEmpty()) {
      // whose claim that is has to be known before more is deleted
      var undecided = first(all, X2);
      if (undecided.isPresent()) return Outcome.pressing(notBound(undecided.get()));
      var pointing = new Pointing(cluster, run).next(facts, all);
      if (pointing.isPresent()) return pointing.get();
      var next = first(all, B);
      if (next.isPresent()) return delete(facts, next.get(), all, moment);
    }
    var going = first(all, C);
    if (going.isPresent()) return Outcome.pressing(going(facts, going.get()));
    var missing = first(all, D);
    if (missing.isPresent()) return create(missing.get());
    var created = first(all, E);
    if (created.isPresent()) return unbound(created.get(), moment.now());
    if (stop.isPresent()) return stop.get();
    return Outcome.done(all.size() + " claims have their proven volumes" + foreign(all));
  }

  /** Why no more claim may be deleted. */
  private Optional<Outcome> stop(Facts facts, List<Placement> all, Moment moment) {
    for (var placement : all) {
      if (placement.at(Y))
        return Optional.of(
            Outcome.failed(
                "SwapDisturbed",
                "somebody else writes here, nothing more is deleted and no consumer is started: "
                    + placement.seen(),
                yours(placement)));
      var late =
          placement.at(X2)
              && placement
                  .claim()
                  .filter(claim -> claim.created().plus(FOREIGN_CLAIM).isBefore(moment.now()))
                  .isPresent();
      if (placement.at(X3) || late)
        return Optional.of(
            Outcome.failed(
                "ClaimTaken",
                "somebody else made a claim that does not use the proven volume; it is left alone"
                    + " and no consumer is started: "
                    + placement.seen(),
                yours(placement)));
      if (placement.at(X1)) {
        var unfit =
            Fit.whyNot(
                placement.claim().orElseThrow().seen().json(), placement.copy().orElseThrow());
        if (unfit.isPresent())
          return Optional.of(
              Outcome.failed(
                  "ClaimTaken",
                  "somebody else made a claim on the proven volume that does not fit it: "
                      + unfit.get()
                      + "; "
                      + placement.seen(),
                  yours(placement)));
      }
    }
    // with nothing left to delete the shortest way to whole data is to go on
    if (first(all, A, B).isEmpty()) return Optional.empty();
    return held.broken(facts).map(broken -> broken);
  }

  private Outcome delete(Facts facts, Placement placement, List<Placement> all, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var users = ClaimView.users(cluster, namespace, placement.name());
    if (!users.isEmpty()) {
      var untouched = all.stream().allMatch(each -> each.at(A, B) || each.position().settled());
      var pods = "pods that use claim " + placement.name() + ": " + String.join(", ", users);
      return untouched && moment.running().compareTo(LATE_POD) > 0
          ? Outcome.failed(
              "ConsumerAppeared",
              pods + "; no claim was deleted",
              "stop what started them, then raise spec.retry: kubectl -n "
                  + namespace
                  + " get pod "
                  + String.join(" ", users))
          : Outcome.pressing("waiting for " + pods);
    }
    // invariant 3: a fresh read of both right before the one call that cannot be taken back
    var fresh = Placement.of(cluster, namespace, placement.volume(), run);
    // somebody, perhaps another process of ours, was faster: the next look knows what to do
    if (!fresh.at(B))
      return Outcome.pressing(
          "claim " + placement.name() + " changed in this moment, reading again");
    var unsafe = Deletable.whyNot(fresh.volume(), fresh.claim().orElseThrow(), fresh.old());
    if (unsafe.isPresent())
      return Outcome.failed(
          "OldVolumeNotSafe",
          "claim " + placement.name() + " was not deleted: " + unsafe.get() + "; " + fresh.seen(),
          "find out who changed it, set its reclaim policy to Retain, then raise spec.retry");
    var claim = fresh.claim().orElseThrow();
    destroyer.destroy(new Victim(claim.seen().ref(), claim.uid()));
    return Outcome.wrote("deleting claim " + placement.name());
  }

  private String going(Facts facts, Placement placement) {
    if (placement.claim().isEmpty())
      return "claim " + placement.name() + " is gone, its old volume is not Released yet";
    return Deletable.blocked(cluster, facts.knownTarget().namespace(), placement.name());
  }

  private static String notBound(Placement placement) {
    return "claim " + placement.name() + " is not bound yet";
  }

  /**
   * The binder's workers for claims and for volumes write the same volume; the one that loses
   * leaves the claim until the resync, up to 15 s of outage (kubernetes 1.34.4
   * pkg/controller/volume/persistentvolume/pv_controller.go, bind). Any write to the claim makes it
   * look again at once.
   */
  private Outcome unbound(Placement placement, Instant now) {
    var message = notBound(placement);
    var claim = placement.claim().orElseThrow();
    var since = claim.seen().noted(Marks.NUDGED).orElseGet(claim::created);
    if (Duration.between(since, now).compareTo(NUDGE_AFTER) < 0) return Outcome.pressing(message);
    cluster.write(claim.seen().edit().annotate(Marks.NUDGED, now.toString()).write());
    return Outcome.wrote(message + "; asked the binder to look again");
  }

  private Outcome create(Placement placement) {
    var manifest = placement.volume().manifest();
    if (manifest == null)
      return Outcome.failed(
          "ClaimUnknown",
          "there is no record of what claim " + placement.name() + " looked like",
          yours(placement));
    var volume = placement.volume().provenCopy().name();
    try {
      cluster.write(new Write.Create(ClaimManifest.bound(cluster, manifest, volume, run)));
      return Outcome.wrote("claim " + placement.name() + " created on volume " + volume);
    } catch (ClusterException.AlreadyExists somebodyWasFaster) {
      return Outcome.pressing("somebody else made claim " + placement.name());
    } catch (ClusterException.Forbidden refused) {
      // the quota counts the deleted claim for a while (B11); other refusals a person can lift
      return Outcome.pressing(
          "the API server does not take claim " + placement.name() + ": " + refused.getMessage());
    } catch (ClusterException.Invalid refused) {
      return Outcome.failed(
          "ClaimRefused",
          "the API server refuses claim " + placement.name() + ": " + refused.getMessage(),
          "change the policy that refuses it, then raise spec.retry");
    }
  }

  private String yours(Placement placement) {
    var volume = placement.volume().provenCopy().name();
    return "look at it: kubectl get pvc,pv; once claim "
        + placement.name()
        + " is deleted, or bound to volume "
        + volume
        + " (spec.volumeName), raise spec.retry";
  }

  private static String foreign(List<Placement> all) {
    var found = new ArrayList<String>();
    for (var placement : all) {
      if (placement.at(X1))
        placement
            .claim()
            .ifPresent(
                claim -> found.add(claim.name() + " by " + claim.maker() + ", UID " + claim.uid()));
    }
    return found.stream()
        .collect(Collectors.joining("; ", found.isEmpty() ? "" : "; made by others: ", ""));
  }

  private static Optional<Placement> first(List<Placement> all, Position... positions) {
    return all.stream().filter(placement -> placement.at(positions)).findFirst();
  }
}
