package dev.salvor.volumes;

import java.util.Set;

/**
 * What obstacles mean where the copy is made under another name in the same namespace: there is no
 * other way to make it. That the old volume cannot be used does not forbid it, but there is then no
 * way back; everything else that forbids a copy forbids the recovery.
 */
final class SameNamespace {
  private static final Set<String> LOST = Set.of("NodeGone", "ClaimLost", "ClaimNotBound");

  private SameNamespace() {}

  /** True if it is the volume from before that is missing. */
  static boolean lost(Obstacle obstacle) {
    return LOST.contains(obstacle.reason());
  }

  static Obstacle of(Obstacle obstacle) {
    if (lost(obstacle))
      return Obstacle.warning(
          obstacle.reason(),
          obstacle.message() + ": there will be no undo",
          "Approve if the source has what is wanted; what was on the volume is not to be had back by"
              + " this recovery");
    if (obstacle.reason().equals("ClaimMissing") && obstacle.bars() == Obstacle.Bars.SWAP)
      return Obstacle.all(
          obstacle.reason(),
          obstacle.message(),
          "Create it from its manifest, then raise spec.retry by one: its size and StorageClass are"
              + " needed, it may be empty or Pending");
    if (obstacle.bars() != Obstacle.Bars.SWAP) return obstacle;
    // there is no other strategy, and no other StorageClass, to be chosen
    var remedy =
        obstacle.remedy().contains("spec.")
            ? "Restore it by the source's own means, with the workloads stopped"
            : obstacle.remedy();
    return Obstacle.all(obstacle.reason(), obstacle.message(), remedy);
  }
}
