package dev.salvor.volumes;

import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.Run;
import java.util.Optional;

/**
 * Where one claim stands in the exchange, from what the cluster shows and nothing else (the table
 * in docs/architecture.md; letters as in the design's order of writes). {@code N} is the volume it
 * is to get, {@code O} the one it had.
 */
public enum Position {
  /** The claim is as recorded, N belongs to its former claim: N has to be pointed to it. */
  A,
  /** N waits for the claim by name, the claim is on O: it can be deleted. */
  B,
  /** The claim is going, or is gone and the binder has not yet released O. */
  C,
  /** The claim is gone, O released and retained, N waits: the claim has to be created. */
  D,
  /** Our new claim is not bound yet. */
  E,
  /** The claim is bound to N. */
  F,
  /** Somebody else made the claim, and it is bound to N. */
  X1,
  /** Somebody else made the claim, and the binder has not looked at it yet. */
  X2,
  /** Somebody else made the claim, and it is not bound to N. */
  X3,
  /** Anything else: somebody else writes here. */
  Y;

  /** True once nothing has to be done for the claim any more. */
  public boolean settled() {
    return this == F || this == X1;
  }

  /**
   * Reads only its arguments.
   *
   * @param volume with {@link VolumeFacts#copy} N and {@link VolumeFacts#old} O; O is null if the
   *     claim had no volume
   */
  static Position of(
      String namespace,
      VolumeFacts volume,
      Optional<ClaimView> claim,
      Optional<PvView> copy,
      Optional<PvView> old,
      Run run) {
    if (copy.isEmpty()) return Y;
    var n = copy.get();
    return claim.isPresent()
        ? there(namespace, volume, claim.get(), n, run)
        : gone(namespace, volume, n, old);
  }

  private static Position there(
      String namespace, VolumeFacts volume, ClaimView claim, PvView n, Run run) {
    var pointed = n.pointsTo(namespace, volume.claim());
    var recorded = claim.uid().equals(volume.claimUid());
    var unpointed = n.claimUid().equals(volume.provenCopy().claimUid());
    if (claim.seen().terminating()) return recorded && unpointed ? A : C;
    var ours = claim.seen().annotation(Marks.HELD_BY).equals(run.by());
    if (claim.volumeName().equals(n.name())) {
      if (!n.refersTo(namespace, volume.claim())) return Y;
      if (!n.claimUid().isEmpty() && !n.claimUid().equals(claim.uid())) return Y;
      if (claim.lost()) return Y;
      if (claim.bound() && n.bound() && n.claimUid().equals(claim.uid()))
        return recorded || ours ? F : X1;
      return recorded || ours ? E : X2;
    }
    if (recorded) {
      if (pointed) return B;
      return unpointed ? A : Y;
    }
    if (ours) return Y;
    return claim.volumeName().isEmpty() && !claim.bound() ? X2 : X3;
  }

  private static Position gone(
      String namespace, VolumeFacts volume, PvView n, Optional<PvView> old) {
    if (!n.pointsTo(namespace, volume.claim())) {
      var unpointed = n.claimUid().equals(volume.provenCopy().claimUid());
      return unpointed && volume.claimUid() == null ? A : Y;
    }
    if (volume.old() == null) return D;
    if (old.isEmpty() || !old.get().retained() || old.get().claimUid().isEmpty()) return Y;
    return switch (old.get().phase()) {
      case "Released" -> D;
      // Bound: the binder has not seen the deletion; Available: nor that we un-pointed it
      case "Bound", "Available" -> C;
      default -> Y;
    };
  }
}
