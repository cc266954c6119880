package dev.salvor.testkit.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An image in a folder, to be run without a container engine: its own Java runtime with its own
 * jars, on the C library of this machine.
 *
 * @param root what is / in a container
 * @param entrypoint as in the image
 */
record Unpacked(Path root, List<String> entrypoint) {
  Unpacked {
    entrypoint = List.copyOf(entrypoint);
  }

  /**
   * @param image as `docker save` and jib write it: manifest.json, a configuration, layers
   * @param into is made anew
   */
  static Unpacked of(Path image, Path into) throws IOException, InterruptedException {
    run("rm", "-rf", into.toString());
    var parts = Files.createDirectories(into.resolve("parts"));
    var root = Files.createDirectories(into.resolve("root"));
    run("tar", "-xf", image.toString(), "-C", parts.toString());
    var manifest = Json.MAPPER.readTree(parts.resolve("manifest.json").toFile()).path(0);
    // the times of files are kept: a cache of classes is for jars of one size and one time
    for (var layer : manifest.path("Layers"))
      run(
          "tar",
          "--no-same-owner",
          "--warning=no-unknown-keyword",
          "-xzf",
          parts.resolve(layer.asText()).toString(),
          "-C",
          root.toString());
    var config = Json.MAPPER.readTree(parts.resolve(manifest.path("Config").asText()).toFile());
    var entrypoint = new ArrayList<String>();
    for (JsonNode word : config.at("/config/Entrypoint")) entrypoint.add(word.asText());
    run("rm", "-rf", parts.toString());
    return new Unpacked(root, entrypoint);
  }

  /** The entrypoint with more flags of the JVM, every path of the image below {@link #root}. */
  List<String> command(List<String> flags) throws IOException {
    var command = new ArrayList<String>();
    for (var word : entrypoint) {
      if (word.equals("java")) {
        command.add(root.resolve("opt/java/bin/java").toString());
        command.addAll(flags);
      } else if (word.startsWith("@/")) {
        var paths = Files.readString(root.resolve(word.substring(2))).strip();
        command.add(paths.replaceAll("(^|:)/", "$1" + root + "/"));
      } else {
        command.add(word.replace("=/app/", "=" + root + "/app/"));
      }
    }
    return command;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + " failed");
  }
}
