package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes each proven volume wait for its claim by name. Done before the first claim is deleted: who
 * creates it again in between then gets this volume and not an empty one (kubernetes v1.34.4
 * component-helpers storage/volume/pv_helpers.go:177).
 */
public record PointVolumes(ClusterWriter cluster, Run run) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var database = facts.postgres().database() != null;
    for (var volume : facts.volumes()) {
      if ((volume.content() != null || database) && volume.copy() == null)
        return Outcome.failed(
            "CopyTaken",
            "claim " + volume.claim() + " has no proven copy any more",
            "raise spec.retry to make the copy again");
    }
    var placements = Placement.all(cluster, facts, run);
    for (var placement : placements) {
      if (placement.at(Position.Y, Position.X3))
        return Outcome.failed(
            "ClaimChanged",
            "the claims are not as they were approved: " + placement.seen(),
            "raise spec.retry to look again and approve again");
    }
    var stranger = stranger(facts);
    if (stranger.isPresent()) return stranger.get();
    return new Pointing(cluster, run)
        .next(facts, placements)
        .orElseGet(() -> Outcome.done(placements.size() + " volumes wait for their claims"));
  }

  /**
   * A claim of the database that nobody approved to drop would start an instance on another
   * history. The database stands still by now, so that none can appear after this.
   */
  private Optional<Outcome> stranger(Facts facts) {
    var database = facts.postgres().database();
    if (database == null) return Optional.empty();
    var namespace = facts.knownTarget().namespace();
    return new Group(cluster, run, namespace)
        .unrecorded(facts, database).stream()
            .findFirst()
            .map(claim ->
                claim.seen().terminating()
                    ? Outcome.pressing(Deletable.blocked(cluster, namespace, claim.name()))
                    : Outcome.failed(
                        "ClaimAppeared",
                        "claim "
                            + claim.name()
                            + " of Cluster "
                            + database.name()
                            + " is not among those that were approved",
                        "raise spec.retry to look again and approve again"));
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var pointing = new Pointing(cluster, run);
    for (var volume : facts.volumes()) {
      var copy = volume.copy();
      if (copy == null) continue;
      var seen = PvView.read(cluster, copy).filter(pv -> pv.heldBy(run));
      // bound: a claim that somebody else made took it, and now it is in use
      if (seen.filter(pv -> pv.pointsTo(namespace, volume.claim())).isEmpty()) continue;
      var back = pointing.unpoint(seen.get(), copy);
      if (back.isPresent()) return back.get();
    }
    return Outcome.done("no volume waits for a claim");
  }
}
