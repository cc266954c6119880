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
   * True for a controller without knobs and memory that goes by nothing but the objects it looks
   * at: it need not be called while none of their kinds changed since it last found nothing to do.
   */
  default boolean isTimeless() {
    return false;
  }
}
