package dev.salvor.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The operator's image as {@code make image} makes it from this source. */
final class OwnImage {
  /** What the chart takes by itself. */
  static final String PLAIN = "v1";

  /** The flavour with a cache of loaded classes. */
  static final String CACHED = "v1-aot";

  private static final Path FOLDER = Shell.ROOT.resolve("operator/target");

  private OwnImage() {}

  /** Makes it and puts it on every node; {@code AOT=1} makes the other flavour too. */
  static void load(ToolCluster tool, String... variables) {
    var command = new String[variables.length + 2];
    command[0] = "make";
    command[1] = "image";
    System.arraycopy(variables, 0, command, 2, variables.length);
    System.out.println(new Shell(Map.of()).must(Duration.ofMinutes(15), command).strip());
    tool.load(FOLDER.resolve("salvor-image.tar"));
    if (variables.length > 0) tool.load(FOLDER.resolve("salvor-image-aot.tar"));
  }
}
