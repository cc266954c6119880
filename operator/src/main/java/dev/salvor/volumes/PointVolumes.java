package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

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
    for (var volume : facts.volumes()) {
      if (volume.content() != null && volume.copy() == null)
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
    return new Pointing(cluster, run)
        .next(facts, placements)
        .orElseGet(() -> Outcome.done(placements.size() + " volumes wait for their claims"));
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
