package dev.salvor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checked-in YAML, and the chart's copy of it, are what the records say. */
final class CrdYamlTest {
  private static final List<Path> FOLDERS =
      List.of(Path.of("yaml"), Path.of("..", "helm", "salvor", "files", "crds"));

  @Test
  void theYamlIsGeneratedFromTheRecords() throws IOException {
    var generated = CrdYaml.generate();
    assertThat(generated)
        .containsOnlyKeys(
            "namespacerestores.recovery.salvor.dev.yaml",
            "postgresrecoveries.recovery.salvor.dev.yaml",
            "archiveresets.recovery.salvor.dev.yaml",
            "nodelossrecoveries.recovery.salvor.dev.yaml",
            "volumerecoveries.recovery.salvor.dev.yaml");
    for (var file : generated.entrySet())
      for (var folder : FOLDERS)
        if (Files.isDirectory(folder)) compare(folder.resolve(file.getKey()), file.getValue());
  }

  private static void compare(Path path, String generated) throws IOException {
    if (Boolean.getBoolean("crds.write")) Files.writeString(path, generated);
    assertThat(Files.exists(path) ? Files.readString(path) : "")
        .as(
            "crds/%s differs from the records in crds/src/main/java; if the change of the API is meant, run: mvn -pl crds test -Dtest=CrdYamlTest -Dcrds.write=true",
            path)
        .isEqualTo(generated);
  }
}
