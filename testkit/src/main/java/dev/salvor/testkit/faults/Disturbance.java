package dev.salvor.testkit.faults;

import dev.salvor.testkit.Fault;
import java.util.Locale;

/** One thing that goes wrong. Its text is how a plan is written down and replayed. */
public sealed interface Disturbance {
  /** To write {@code number} of the operator, status commits included, from 1. */
  record AtWrite(int number, Fault fault) implements Disturbance {
    @Override
    public String toString() {
      return "write-" + number + "-" + fault.name().toLowerCase(Locale.ROOT).replace('_', '.');
    }
  }

  /** Before tick {@code number}, from 1. */
  record AtTick(int number, Happening what) implements Disturbance {
    @Override
    public String toString() {
      return "tick-" + number + "-" + what.name().toLowerCase(Locale.ROOT);
    }
  }

  /** Reads what {@link #toString} wrote. */
  static Disturbance parse(String text) {
    var parts = text.split("-", 3);
    var number = Integer.parseInt(parts[1]);
    var what = parts[2].toUpperCase(Locale.ROOT).replace('.', '_');
    return parts[0].equals("write")
        ? new AtWrite(number, Fault.valueOf(what))
        : new AtTick(number, Happening.valueOf(what));
  }
}
