package dev.salvor.testkit.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.testkit.control.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Types what docs/tutorial.md says, block by block. A comment {@code # exit code N} behind a
 * command is what it must end with, {@code # Word} what it must print.
 */
record Tutorial(Repository repository, Installation installation, Path kubeconfig) {
  private static final Pattern BLOCK = Pattern.compile("(?s)```sh\\n(.*?)```");
  private static final Pattern CODE = Pattern.compile("\\s+# exit code (\\d+).*$");
  private static final Pattern WORD = Pattern.compile("\\s+# (\\w+)$");

  /** How many blocks there were. */
  int type() throws IOException, InterruptedException {
    var blocks = BLOCK.matcher(repository.read("docs/tutorial.md"));
    var count = 0;
    while (blocks.find()) {
      var script = new StringBuilder();
      for (var line : blocks.group(1).lines().toList()) script.append(checked(line)).append('\n');
      run(script.toString());
      count++;
    }
    return count;
  }

  private static String checked(String line) {
    var code = CODE.matcher(line);
    if (code.find())
      return "met=0; %s || met=$?; [ $met = %s ] || { echo \"exit code $met\"; exit 99; }"
          .formatted(line.substring(0, code.start()), code.group(1));
    var word = WORD.matcher(line);
    if (word.find())
      return "met=$(%s); [ \"$met\" = %s ] || { echo \"printed $met\"; exit 99; }"
          .formatted(line.substring(0, word.start()), word.group(1));
    return line;
  }

  private void run(String script) throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
            .directory(repository.root().toFile())
            .redirectErrorStream(true);
    var path = builder.environment();
    path.put("KUBECONFIG", kubeconfig.toString());
    path.put(
        "PATH",
        installation.binaries()
            + ":"
            + repository.root().resolve("kubectl")
            + ":"
            + path.get("PATH"));
    var process = builder.start();
    process.getOutputStream().close();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s\n%s", script, printed).isZero();
  }
}
