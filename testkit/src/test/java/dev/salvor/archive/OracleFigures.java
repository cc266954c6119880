package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Prints what {@code make bench} shows of the oracle: each archive through the AWS SDK, by a
 * process of its own that has 64 MiB of heap.
 */
class OracleFigures {
  @ParameterizedTest
  @ValueSource(ints = {100_000, 1_000_000})
  void printed(int keys) throws IOException, InterruptedException {
    try (var s3 = new ModelS3(BusyArchive.of(keys))) {
      var oracle =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  "-XX:+UseSerialGC",
                  "-XX:+ExitOnOutOfMemoryError",
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  OracleBench.class.getName(),
                  "s3",
                  s3.endpoint(),
                  "model",
                  BusyArchive.SERVER)
              .redirectErrorStream(true)
              .start();
      var said = new String(oracle.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(oracle.waitFor()).as(said).isZero();
      var line = said.lines().filter(one -> one.contains("WAL files")).findFirst();
      assertThat(line).as(said).isPresent();
      System.out.printf("oracle, %,d keys, %s%n", keys, line.get());
    }
  }
}
