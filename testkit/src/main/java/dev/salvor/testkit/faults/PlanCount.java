package dev.salvor.testkit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many fault plans this JVM has played; left in {@code target/fault-plans.txt} at its end for
 * the last line of {@code make test}.
 */
public final class PlanCount {
  private static final AtomicInteger PLAYED = new AtomicInteger();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(PlanCount::write));
  }

  private PlanCount() {}

  /** One more, or several. */
  public static void add(int plans) {
    PLAYED.addAndGet(plans);
  }

  private static void write() {
    try {
      var folder = Files.createDirectories(Path.of("target"));
      var text = String.format(Locale.ROOT, "%,d fault plans%n", PLAYED.get());
      Files.writeString(folder.resolve("fault-plans.txt"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
