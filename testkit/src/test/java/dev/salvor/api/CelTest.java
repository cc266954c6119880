package dev.salvor.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Clients;
import dev.salvor.kube.Fabric8Cluster;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Write;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the API server takes and refuses: each file of {@code cel/valid} and {@code cel/invalid}; a
 * refused one names in its first line what the answer must say.
 */
@OnControlPlane
final class CelTest {
  private static final Path FILES = Path.of("src", "test", "resources", "cel");
  private static final String EXPECT = "# expect: ";

  private final Clients clients;
  private final Fabric8Cluster cluster;
  private final String namespace;

  CelTest(ControlPlane plane) {
    this.clients = plane.clients();
    this.cluster = new Fabric8Cluster(clients);
    this.namespace = plane.newNamespace("cel");
  }

  @AfterEach
  void close() {
    clients.close();
  }

  @TestFactory
  Stream<DynamicTest> takes() throws IOException {
    return files("valid").stream()
        .map(file ->
            DynamicTest.dynamicTest(
                name(file), () -> assertThat(answer(Files.readString(file))).isEmpty()));
  }

  @TestFactory
  Stream<DynamicTest> refuses() throws IOException {
    return files("invalid").stream()
        .map(file ->
            DynamicTest.dynamicTest(
                name(file),
                () -> {
                  var text = Files.readString(file);
                  var first = text.lines().findFirst().orElse("");
                  assertThat(first).startsWith(EXPECT);
                  assertThat(answer(text)).contains(first.substring(EXPECT.length()));
                }));
  }

  @Test
  void defaultsAreWrittenOut() throws IOException {
    var file = FILES.resolve("valid").resolve("by-name.yaml");
    var made = cluster.write(new Write.Create(in(Files.readString(file))));
    assertThat(made.text("/spec/scope")).isEqualTo("Volumes");
    assertThat(made.text("/spec/approval")).isEqualTo("Required");
    assertThat(made.number("/status/observedGeneration", 0)).isEqualTo(-1);
  }

  private String answer(String manifest) {
    return cluster.rehearse(new Write.Create(in(manifest))).orElse("");
  }

  private ObjectNode in(String manifest) {
    var object = Manifests.one(manifest);
    var kind = Kinds.of(Manifests.ref(object));
    assertThat(kind.group()).isEqualTo(Marks.GROUP);
    if (kind.namespaced()) object.withObject("/metadata").put("namespace", namespace);
    return object;
  }

  private static List<Path> files(String folder) throws IOException {
    try (var files = Files.list(FILES.resolve(folder))) {
      var found = files.sorted().toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".yaml", "");
  }
}
