package dev.salvor.testkit.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** The checkout that this runs in. */
public record Repository(Path root) {
  private static final String MARK = "examples/volumes-back/restore.yaml";

  /** Upwards from where the process was started. */
  public static Repository find() {
    for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent())
      if (Files.isRegularFile(folder.resolve(MARK))) return new Repository(folder);
    throw new IllegalStateException("run this inside a checkout of Salvor: no " + MARK + " here");
  }

  public String read(String path) {
    try {
      return Files.readString(root.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What the chart gives Salvor and what it holds it to: roles of all features, admission policy.
   */
  String rights(String release, String namespace, String velero) {
    try (var files = Files.list(root.resolve("helm/salvor/templates"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("rbac") || name.equals("admission-policy.yaml"))
          .sorted()
          .map(name -> template(name, release, namespace, velero))
          .collect(Collectors.joining("\n---\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A template of the chart that asks for nothing but names. */
  private String template(String file, String release, String namespace, String velero) {
    var text =
        read("helm/salvor/templates/" + file)
            .replaceAll("(?m)^\\{\\{-? *(if [^}]*|end) *-?\\}\\}\\R?", "")
            .replace("{{ .Release.Name }}", release)
            .replace("{{ .Release.Namespace }}", namespace)
            .replace("{{ .Values.veleroNamespace }}", velero)
            .replace("{{ toJson .Values.guardedNamespaces }}", "['flux-system']");
    if (text.contains("{{"))
      throw new IllegalStateException(
          "the demo cannot fill in "
              + file
              + ": "
              + text.lines().filter(line -> line.contains("{{")).findFirst().orElse(""));
    return text;
  }
}
