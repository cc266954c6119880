package dev.salvor.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A cluster made by the project's tool: builds what is missing, two nodes, add-ons on demand. */
record ToolCluster(Path tool, Path kubeconfig, boolean ours) implements Cluster {
  private static final Duration BUILD = Duration.ofHours(2);
  private static final Duration INSTALL = Duration.ofMinutes(10);

  static ToolCluster start(Path tool) {
    var shell = new Shell(Map.of());
    say("building what is missing of the cluster (the first time this takes half an hour)");
    shell.must(
        BUILD,
        tool.toString(),
        "build",
        "core",
        "storage",
        "s3",
        "velero",
        "flux",
        "csi",
        "argocd",
        "cnpg");
    var ours = shell.must(tool.toString(), "status").startsWith("no cluster");
    if (ours) {
      say("starting two nodes");
      shell.must(INSTALL, tool.toString(), "up", "--nodes", "2");
    } else {
      say("using the cluster that is already up; it stays up");
    }
    return new ToolCluster(tool, Path.of(shell.must(tool.toString(), "kubeconfig").strip()), ours);
  }

  /** The stage's cluster, for scenarios that kill nodes. Aborts where it is another one. */
  static ToolCluster need(Stage stage) {
    return stage.cluster() instanceof ToolCluster tool
        ? tool
        : Assumptions.abort("only the cluster tool kills nodes");
  }

  @Override
  public String busybox() {
    return "localhost/busybox:v1";
  }

  @Override
  public String postgres() {
    return "localhost/postgresql:15";
  }

  @Override
  public Optional<Bucket> bucket() {
    var said = new Shell(Map.of()).must(tool.toString(), "s3");
    return Optional.of(
        new Bucket(
            word(said, "endpoint"), "cnpg", word(said, "access key"), word(said, "secret key")));
  }

  /** The word behind a label that begins a line. */
  private static String word(String text, String label) {
    return text.lines()
        .filter(line -> line.startsWith(label))
        .map(line -> line.substring(label.length()).strip().split(" ")[0])
        .findFirst()
        .orElseThrow(() -> new AssertionError("the cluster tool does not tell its " + label));
  }

  /** An object of the bucket as a file. */
  Path fetch(Bucket bucket, String key) {
    try {
      var file = Files.createTempFile("salvor-e2e", ".object");
      new Shell(Map.of())
          .must(
              "sh",
              "-c",
              "\"$0\" s3 get \"$1\" >\"$2\"",
              tool.toString(),
              bucket.name() + "/" + key,
              file.toString());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void put(Bucket bucket, String key, Path file) {
    new Shell(Map.of())
        .must(tool.toString(), "s3", "put", bucket.name() + "/" + key, file.toString());
  }

  void remove(Bucket bucket, String key) {
    new Shell(Map.of()).must(tool.toString(), "s3", "rm", bucket.name() + "/" + key);
  }

  /** Keys of the bucket below a prefix. */
  List<String> keys(Bucket bucket, String prefix) {
    return new Shell(Map.of())
        .must(tool.toString(), "s3", "ls", bucket.name() + "/" + prefix)
        .lines()
        .map(line -> line.strip().split(" ", 2))
        .filter(parts -> parts.length == 2)
        .map(parts -> parts[1].strip())
        .toList();
  }

  @Override
  public Optional<String> need(String part) {
    if (Cluster.missing(kubeconfig, part).isEmpty()) return Optional.empty();
    say("installing " + part);
    new Shell(Map.of()).must(INSTALL, tool.toString(), "install", part);
    return Cluster.missing(kubeconfig, part);
  }

  /** {@code add}, {@code kill}, {@code partition} and so on, of one node. */
  void node(String what, String name) {
    new Shell(Map.of()).must(INSTALL, tool.toString(), "node", what, name);
  }

  /** Takes away a node that may not be there, so that its name is free. */
  void forget(String name) {
    new Shell(Map.of()).run(INSTALL, "", tool.toString(), "node", "delete", name);
  }

  /** Puts a container image on every node. */
  void load(Path image) {
    new Shell(Map.of()).must(INSTALL, tool.toString(), "load", image.toString());
  }

  /** Publishes a folder as the next commit; the answer is the repository's URL. */
  String git(String repository, Path folder) {
    var said = new Shell(Map.of()).must(tool.toString(), "git", repository, folder.toString());
    return said.strip().split(" ")[0];
  }

  @Override
  public void close() {
    if (!ours) return;
    if (Cluster.keep()) {
      say("the cluster stays up: export KUBECONFIG=" + kubeconfig);
      return;
    }
    say("taking the cluster down");
    new Shell(Map.of()).run(INSTALL, "", tool.toString(), "down");
  }

  private static void say(String text) {
    System.out.println("e2e: " + text);
  }
}
