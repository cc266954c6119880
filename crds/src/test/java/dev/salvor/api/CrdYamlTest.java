package dev.salvor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The checked-in YAML is what the records say. */
final class CrdYamlTest {
  private static final Path FOLDER = Path.of("yaml");

  @Test
  void theYamlIsGeneratedFromTheRecords() throws IOException {
    var generated = CrdYaml.generate();
    assertThat(generated).containsOnlyKeys("namespacerestores.recovery.salvor.dev.yaml");
    for (var file : generated.entrySet()) {
      var path = FOLDER.resolve(file.getKey());
      if (Boolean.getBoolean("crds.write")) Files.writeString(path, file.getValue());
      assertThat(Files.exists(path) ? Files.readString(path) : "")
          .as(
              "crds/yaml/%s differs from the records in crds/src/main/java; if the change of the API is meant, run: mvn -pl crds test -Dtest=CrdYamlTest -Dcrds.write=true",
              file.getKey())
          .isEqualTo(file.getValue());
    }
  }
}
