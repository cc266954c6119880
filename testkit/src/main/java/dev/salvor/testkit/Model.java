package dev.salvor.testkit;

/** One controller that is not ours. */
@FunctionalInterface
public interface Model {
  /**
   * One round: looks at the world and does what the controller would do by now. Called again and
   * again.
   */
  void act(World world);
}
