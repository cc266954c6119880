package dev.salvor.testkit.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Where the demo is told: whole lines, each with the seconds since the beginning. */
final class Screen {
  /** How a line looks on a terminal that knows colours. */
  enum Tone {
    PLAIN("0"),
    DIM("2"),
    HEAD("1"),
    GOOD("32"),
    WARN("33"),
    BAD("31"),
    COMMAND("36");

    private final String code;

    Tone(String code) {
      this.code = code;
    }
  }

  private final PrintStream out;
  private final boolean colours;
  private final Instant began = Instant.now();

  Screen(PrintStream out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  void blank() {
    out.println();
  }

  /** What the demo is at now. */
  void head(String text) {
    out.println();
    line(Tone.HEAD, "== " + text);
  }

  void say(String text) {
    line(Tone.PLAIN, text);
  }

  void line(Tone tone, String text) {
    var time = Duration.between(began, Instant.now()).toMillis() / 1000.0;
    var prefix = String.format(Locale.ROOT, "%6.1fs  ", time);
    for (var one : text.lines().toList())
      out.println(
          colours && tone != Tone.PLAIN
              ? prefix + "\u001b[" + tone.code + "m" + one + "\u001b[0m"
              : prefix + one);
    out.flush();
  }

  /** Without the time, to be copied. */
  void raw(String text) {
    out.println(text);
    out.flush();
  }
}
