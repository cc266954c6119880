package dev.salvor.api;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The CRDs of all kinds as YAML: the generator's work, then {@link CrdPolish}. */
final class CrdYaml {
  private CrdYaml() {}

  /** File name -> text. */
  static Map<String, String> generate() throws IOException {
    var streams = new LinkedHashMap<String, ByteArrayOutputStream>();
    var info =
        new CRDGenerator()
            .customResourceClasses(NamespaceRestore.class)
            .forCRDVersions("v1")
            .withMinQuotes(true)
            .withPostProcessor(new CrdPolish())
            .withOutput(new InMemory(streams))
            .detailedGenerate();
    if (info.numberOfGeneratedCRDs() != 1)
      throw new IllegalStateException("expected one CRD, got " + info.numberOfGeneratedCRDs());
    var files = new TreeMap<String, String>();
    var name = HasMetadata.getFullResourceName(NamespaceRestore.class);
    streams.forEach(
        (output, bytes) -> files.put(name + ".yaml", bytes.toString(StandardCharsets.UTF_8)));
    return files;
  }

  private static final class InMemory
      extends CRDGenerator.AbstractCRDOutput<ByteArrayOutputStream> {
    private final Map<String, ByteArrayOutputStream> streams;

    InMemory(Map<String, ByteArrayOutputStream> streams) {
      this.streams = streams;
    }

    @Override
    protected ByteArrayOutputStream createStreamFor(String crdName) {
      return streams.computeIfAbsent(crdName, any -> new ByteArrayOutputStream());
    }
  }
}
