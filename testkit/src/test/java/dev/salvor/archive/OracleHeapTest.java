package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A hundred thousand keys in a process of its own that has 64 MiB of heap. */
class OracleHeapTest {
  @Test
  void oneHundredThousandKeysFitInto64MiB() throws IOException, InterruptedException {
    try (var s3 = new ModelS3(BusyArchive.of(100_000))) {
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
      // 391 folders on top of the files
      assertThat(said).contains("100391 WAL files, 1 stretches");
      assertThat(s3.pages.get()).isGreaterThan(100);
    }
  }
}
