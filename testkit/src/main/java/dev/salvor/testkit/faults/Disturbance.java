package dev.salvor.testkit.faults;

import dev.salvor.testkit.Fault;
import java.util.Locale;

/** One thing that goes wrong. Its text is how a plan is written down and replayed. */
public sealed interface Disturbance {
  /** To write {@code number} of the operator, status commits included, from 1. */
  record AtWrite(int number, Fault fault) implements Disturbance {
    @Override
    public String toString() {
      return "write-" + number + "-" + text(fault);
    }
  }

  /**
   * To write {@code number} and to every later one from the same place in the operator to the same
   * kind, for as long as it takes until the recovery stops. Then a person lifts it, and raises
   * {@code spec.retry} if it has failed.
   */
  record FromWrite(int number, Fault fault) implements Disturbance {
    @Override
    public String toString() {
      return "from-" + number + "-" + text(fault);
    }
  }

  /** Before tick {@code number}, from 1. */
  record AtTick(int number, Happening what) implements Disturbance {
    @Override
    public String toString() {
      return "tick-" + number + "-" + what.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A process is stopped inside of tick {@code number}; a new one goes on for {@code ticks}; then
   * the old one goes on where it was, and does not know.
   *
   * @param call before which call to the API server it is stopped, from 1; 0 for its write
   */
  record Overtaken(int number, int call, int ticks) implements Disturbance {
    @Override
    public String toString() {
      return "call-" + number + "-" + call + "." + ticks;
    }
  }

  /** Reads what {@link #toString} wrote. */
  static Disturbance parse(String text) {
    var parts = text.split("-", 3);
    var number = Integer.parseInt(parts[1]);
    var what = parts[2].toUpperCase(Locale.ROOT).replace('.', '_');
    return switch (parts[0]) {
      case "write" -> new AtWrite(number, Fault.valueOf(what));
      case "from" -> new FromWrite(number, Fault.valueOf(what));
      case "tick" -> new AtTick(number, Happening.valueOf(what));
      case "call" -> {
        var at = what.split("_", 2);
        yield new Overtaken(number, Integer.parseInt(at[0]), Integer.parseInt(at[1]));
      }
      default -> throw new IllegalArgumentException("no such disturbance: " + text);
    };
  }

  private static String text(Fault fault) {
    return fault.name().toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
