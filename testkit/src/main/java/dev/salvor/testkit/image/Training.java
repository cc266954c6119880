package dev.salvor.testkit.image;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Makes the cache of loaded and linked classes that the flavour v1-aot of the image starts from
 * (JEP 483, 514, 515): the operator of the image runs against a control plane, plans a recovery,
 * tells its metrics, and is ended; at its end the JVM writes the cache.
 *
 * <p>Arguments: the image as a file, the cache to write. Exit code 2 if there is no control plane.
 */
public final class Training {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private Training() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Workplace.open(
        "salvor-training-",
        (plane, folder) ->
            train(Path.of(arguments[0]), Path.of(arguments[1]).toAbsolutePath(), plane, folder));
  }

  private static void train(Path file, Path cache, ControlPlane plane, Path folder)
      throws IOException, InterruptedException {
    Files.createDirectories(cache.getParent());
    Files.deleteIfExists(cache);
    var image = Unpacked.of(file, folder.resolve("image"));
    var account = PodAccount.make(plane, folder);
    var flags = List.of("-XX:AOTCacheOutput=" + cache, "-XX:MaxRAM=256m");
    try (var operator = Started.of(image, flags, account)) {
      learn(plane, operator);
      var said = operator.end(PATIENCE);
      if (!Files.isRegularFile(cache)) throw new IOException("no cache was written: " + said);
    }
    // the first that uses it tells whether it fits: with =on a JVM ends that cannot use it
    var strict = List.of("-XX:AOTMode=on", "-XX:AOTCache=" + cache);
    try (var operator = Started.of(image, strict, account)) {
      operator.end(PATIENCE);
    }
  }

  private static void learn(ControlPlane plane, Started operator)
      throws IOException, InterruptedException {
    plane.apply(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NamespaceRestore
        metadata: {name: training, namespace: shop}
        spec: {backup: {name: none}}
        """);
    var recovery = Kinds.NAMESPACE_RESTORE.ref("shop", "training");
    Patience.until(
        PATIENCE,
        () -> "nobody looks at the recovery",
        () ->
            plane
                .world()
                .get(recovery)
                .filter(seen -> !seen.at("/status/phase").asText("").isEmpty())
                .isPresent());
    operator.get("/metrics");
    operator.get("/readyz");
  }
}
