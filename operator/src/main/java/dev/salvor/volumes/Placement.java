package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.util.List;
import java.util.Optional;

/** One claim of the exchange with both its volumes, freshly read. */
record Placement(
    VolumeFacts volume,
    Optional<ClaimView> claim,
    Optional<PvView> copy,
    Optional<PvView> old,
    Position position) {

  /** Every claim that is exchanged: those that stay at today's state have no copy. */
  static List<Placement> all(ClusterReader cluster, Facts facts, Run run) {
    return facts.volumes().stream()
        .filter(volume -> volume.copy() != null)
        .map(volume -> of(cluster, facts.knownTarget().namespace(), volume, run))
        .toList();
  }

  static Placement of(ClusterReader cluster, String namespace, VolumeFacts volume, Run run) {
    // the claim first: what its deletion does to the volumes is never seen without it
    var claim = ClaimView.read(cluster, namespace, volume.claim());
    var copy = PvView.read(cluster, volume.provenCopy());
    var recorded = volume.old();
    Optional<PvView> old = recorded == null ? Optional.empty() : PvView.read(cluster, recorded);
    var position = Position.of(namespace, volume, claim, copy, old, run);
    return new Placement(volume, claim, copy, old, position);
  }

  boolean at(Position... positions) {
    return List.of(positions).contains(position);
  }

  String name() {
    return volume.claim();
  }

  /** Everything that was seen, for a person who has to decide. */
  String seen() {
    var text = new StringBuilder("claim " + name() + " ");
    text.append(
        claim
            .map(c ->
                "exists (UID "
                    + c.uid()
                    + ", "
                    + c.phase()
                    + (c.volumeName().isEmpty() ? "" : ", volume " + c.volumeName())
                    + ", made by "
                    + c.maker()
                    + ")")
            .orElse("does not exist"));
    text.append(", new volume ").append(volume.provenCopy().name()).append(" ");
    text.append(state(copy));
    var before = volume.old();
    if (before != null) text.append(", old volume ").append(before.name()).append(state(old));
    return text.toString();
  }

  private static String state(Optional<PvView> volume) {
    return volume
        .map(v -> " is " + v.phase() + " with " + v.policy() + " and belongs to " + v.owner())
        .orElse(" does not exist any more");
  }
}
