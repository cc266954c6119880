package dev.salvor.testkit.models;

import dev.salvor.kube.Seen;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.util.Optional;

/** What runs in the containers of some pods, where an exit code by image is not enough. */
@FunctionalInterface
public interface Program {
  /** How a container does. */
  sealed interface State {
    /** It runs. */
    record Running(boolean ready) implements State {}

    /** It ended; the log is the program's own business. */
    record Exited(int code) implements State {}
  }

  /**
   * Asked at every round while a container runs.
   *
   * @param age since the container started
   * @return empty if this program does not run in that container
   */
  Optional<State> state(World world, Seen pod, String container, Duration age);
}
