package dev.salvor.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The operator's image as {@code make image} makes it from this source. */
final class OwnImage {
  /** The flavour with a cache of loaded classes. */
  static final String CACHED = "v1-aot";

  private static final Path FOLDER = Shell.ROOT.resolve("operator/target");

  private OwnImage() {}

  /** Makes it and puts it on every node, with the {@link #CACHED} flavour if that is asked for. */
  static void load(ToolCluster tool, boolean cached) {
    var flavours = cached ? "AOT=1" : "AOT=";
    var said = new Shell(Map.of()).must(Duration.ofMinutes(15), "make", "image", flavours);
    System.out.println(said.strip());
    tool.load(FOLDER.resolve("salvor-image.tar"));
    if (cached) tool.load(FOLDER.resolve("salvor-image-aot.tar"));
  }
}
