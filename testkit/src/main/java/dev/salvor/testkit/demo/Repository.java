package dev.salvor.testkit.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The checkout that this runs in. */
public record Repository(Path root) {
  private static final Pattern RIGHTS =
      Pattern.compile("(?m)^kind: (ServiceAccount|(Cluster)?Role|ValidatingAdmissionPolicy)");
  private static final Pattern FOR_PEOPLE =
      Pattern.compile("(?m)^  name: salvor-(approval|approver|requester|viewer)$");
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
   * What the chart gives Salvor and what it holds it to: roles of all features, admission policies,
   * as in deploy/salvor.yaml. Not whom it lets approve.
   */
  String rights() {
    return Stream.of(read("deploy/salvor.yaml").split("(?m)^---\\s*$"))
        .filter(document -> RIGHTS.matcher(document).find())
        .filter(document -> !FOR_PEOPLE.matcher(document).find())
        .collect(Collectors.joining("\n---\n"));
  }
}
