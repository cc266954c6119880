package dev.salvor.docs;

import dev.salvor.testkit.demo.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The YAML that a reader would copy. */
final class Manual {
  private static final String FENCE = "```";

  private final Repository repository = Repository.find();

  /**
   * One YAML document.
   *
   * @param where file and line, as an editor opens it
   */
  record Block(String where, String text) {
    @Override
    public String toString() {
      return where;
    }
  }

  /** Every example, and every YAML block of README and docs. */
  List<Block> blocks() {
    var blocks = new ArrayList<Block>();
    for (var file : files("examples", ".yaml")) add(blocks, file, 1, text(file));
    for (var file : files("docs", ".md")) blocks.addAll(fenced(file));
    var readme = repository.root().resolve("README.md");
    if (Files.exists(readme)) blocks.addAll(fenced(readme));
    return blocks;
  }

  private List<Path> files(String folder, String ending) {
    try (Stream<Path> tree = Files.walk(repository.root().resolve(folder))) {
      return tree.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Blocks may be indented, as those of a list are. */
  private List<Block> fenced(Path file) {
    var blocks = new ArrayList<Block>();
    var lines = text(file).lines().toList();
    for (var start = 0; start < lines.size(); start++) {
      var opening = lines.get(start);
      if (!opening.strip().matches(FENCE + "ya?ml\\b.*")) continue;
      var indent = opening.indexOf(FENCE);
      var yaml = new StringBuilder();
      var line = start + 1;
      for (; line < lines.size() && !lines.get(line).strip().equals(FENCE); line++) {
        var content = lines.get(line);
        yaml.append(content.length() > indent ? content.substring(indent) : "").append('\n');
      }
      add(blocks, file, start + 2, yaml.toString());
      start = line;
    }
    return blocks;
  }

  /** One block for each document. */
  private void add(List<Block> blocks, Path file, int line, String text) {
    var at = line;
    for (var document : text.split("(?m)^---\\s*$", -1)) {
      if (document.contains("apiVersion:") && document.contains("kind:"))
        blocks.add(new Block(repository.root().relativize(file) + ":" + at, document));
      at += (int) document.chars().filter(c -> c == '\n').count();
    }
  }
}
