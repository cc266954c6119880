package dev.salvor.testkit;

/** One controller that is not ours. */
@FunctionalInterface
public interface Model {
  /**
   * One round: looks at the world and does what the controller would do by now. Called again and
   * again.
   */
  void act(World world);

  /**
   * True for a controller without knobs that does nothing as time goes by: it need not be called
   * while nothing in the cluster changed since it last found nothing to do.
   */
  default boolean isTimeless() {
    return false;
  }
}
