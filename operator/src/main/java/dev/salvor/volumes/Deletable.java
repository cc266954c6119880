package dev.salvor.volumes;

import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.ClusterReader;
import java.util.Optional;

/**
 * Whether a claim may be deleted (swap.md 1.1, invariant 3): a fresh read has to show that its
 * volume is the recorded one, is retained, and belongs to this claim.
 */
final class Deletable {
  private Deletable() {}

  /** Empty if the data outlives the claim. */
  static Optional<String> whyNot(VolumeFacts volume, ClaimView claim, Optional<PvView> old) {
    if (!claim.uid().equals(volume.claimUid())) return Optional.of("it is another claim");
    var recorded = volume.old();
    if (recorded == null) {
      // Pending, or Lost because its volume is gone: there is no data behind it
      return claim.volumeName().isEmpty() || claim.lost()
          ? Optional.empty()
          : Optional.of("it got volume " + claim.volumeName() + " since it was looked at");
    }
    if (!claim.volumeName().equals(recorded.name()))
      return Optional.of("it is not on volume " + recorded.name());
    if (old.isEmpty())
      return claim.lost()
          ? Optional.empty()
          : Optional.of("volume " + recorded.name() + " is gone");
    var pv = old.get();
    if (!pv.retained()) return Optional.of("volume " + pv.name() + " has policy " + pv.policy());
    if (!pv.claimUid().equals(claim.uid()) && !claim.lost())
      return Optional.of("volume " + pv.name() + " belongs to " + pv.owner());
    return Optional.empty();
  }

  /** Why a deleted claim is still there. */
  static String blocked(ClusterReader cluster, String namespace, String claim) {
    var users = ClaimView.users(cluster, namespace, claim);
    return users.isEmpty()
        ? "claim " + claim + " is being deleted"
        : "claim " + claim + " is being deleted and is kept by pod " + String.join(", ", users);
  }
}
