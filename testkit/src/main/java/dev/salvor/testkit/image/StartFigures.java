package dev.salvor.testkit.image;

import dev.salvor.testkit.control.ControlPlane;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code make bench} shows of a start: each image several times, by turns, against one control
 * plane, with the memory limit of the chart.
 *
 * <p>Arguments: images as files. Exit code 2 if there is no control plane.
 */
public final class StartFigures {
  private static final int RUNS = 5;

  /** How long it may do what it does after a start before its memory is looked at. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  private record Figure(Duration took, Duration worked, long resident) {}

  private StartFigures() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Workplace.open("salvor-start-", (plane, folder) -> compare(arguments, plane, folder));
  }

  private static void compare(String[] files, ControlPlane plane, Path folder)
      throws IOException, InterruptedException {
    var images = new LinkedHashMap<String, Unpacked>();
    var figures = new LinkedHashMap<String, List<Figure>>();
    for (var argument : files) {
      var file = Path.of(argument);
      var name = String.valueOf(file.getFileName()).replace(".tar", "");
      images.put(name, Unpacked.of(file, folder.resolve(name)));
      figures.put(name, new ArrayList<>());
    }
    var account = PodAccount.make(plane, folder);
    // by turns, so that what else the machine does hits all of them
    for (var run = 0; run < RUNS; run++)
      for (var image : images.entrySet())
        figures.getOrDefault(image.getKey(), List.of()).add(measure(image.getValue(), account));
    print(figures);
  }

  private static Figure measure(Unpacked image, PodAccount account)
      throws IOException, InterruptedException {
    var flags = new ArrayList<>(List.of("-XX:MaxRAM=256m"));
    // a cache that does not fit is left aside without a word, unless
    if (image.entrypoint().stream().anyMatch(word -> word.startsWith("-XX:AOTCache=")))
      flags.add("-XX:AOTMode=on");
    try (var operator = Started.of(image, flags, account)) {
      Thread.sleep(IDLE);
      return new Figure(operator.took(), operator.worked(), operator.resident());
    }
  }

  private static void print(Map<String, List<Figure>> figures) {
    System.out.printf(
        "start, %d runs each by turns, %d processors, load %.1f%n",
        RUNS,
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    figures.forEach((name, all) -> {
      var took = all.stream().map(Figure::took).sorted().toList();
      var worked = all.stream().map(Figure::worked).sorted().toList();
      var resident = all.stream().map(Figure::resident).sorted().toList();
      System.out.printf(
          Locale.ROOT,
          "  %-18s controllers started after %.2f s (best %.2f, worst %.2f), %.2f"
              + " processor seconds (best %.2f); %d MiB resident"
              + " %d s later (worst %d)%n",
          name,
          took.get(RUNS / 2).toMillis() / 1000.0,
          took.getFirst().toMillis() / 1000.0,
          took.getLast().toMillis() / 1000.0,
          worked.get(RUNS / 2).toMillis() / 1000.0,
          worked.getFirst().toMillis() / 1000.0,
          resident.get(RUNS / 2) >> 20,
          IDLE.toSeconds(),
          resident.getLast() >> 20);
    });
  }
}
