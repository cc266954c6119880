package dev.salvor.testkit.faults;

import dev.salvor.testkit.faults.Disturbance.AtWrite;
import java.util.Optional;

/**
 * What a course meets next, each time everything stands again as in the undisturbed course: many
 * plans in the time of one, and each proves once more that equal standings go on alike.
 */
interface Sequel {
  /** Nothing: such a course is played no further. */
  Sequel NONE = (_, _) -> Optional.empty();

  /**
   * The next fault, in the numbers of this course; empty to play it to its end.
   *
   * @param calmWrites how many writes the undisturbed course had made when it stood so
   * @param writes how many this one has made
   */
  Optional<AtWrite> next(int calmWrites, int writes);
}
