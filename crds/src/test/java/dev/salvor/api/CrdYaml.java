package dev.salvor.api;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The CRDs of all kinds as YAML: the generator's work, then {@link CrdPolish}. */
final class CrdYaml {
  private static final List<Class<? extends CustomResource<?, ?>>> KINDS =
      List.of(
          NamespaceRestore.class,
          PostgresRecovery.class,
          ArchiveReset.class,
          NodeLossRecovery.class,
          VolumeRecovery.class);

  private CrdYaml() {}

  /** File name -> text. */
  static Map<String, String> generate() throws IOException {
    var files = new TreeMap<String, String>();
    for (var kind : KINDS) files.put(HasMetadata.getFullResourceName(kind) + ".yaml", yaml(kind));
    return files;
  }

  private static String yaml(Class<? extends CustomResource<?, ?>> kind) throws IOException {
    var streams = new LinkedHashMap<String, ByteArrayOutputStream>();
    var info =
        new CRDGenerator()
            .customResourceClasses(kind)
            .forCRDVersions("v1")
            .withMinQuotes(true)
            .withPostProcessor(new CrdPolish())
            .withOutput(new InMemory(streams))
            .detailedGenerate();
    if (info.numberOfGeneratedCRDs() != 1)
      throw new IllegalStateException("expected one CRD, got " + info.numberOfGeneratedCRDs());
    return streams.values().iterator().next().toString(StandardCharsets.UTF_8);
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
