package dev.salvor.testkit.demo;

import dev.salvor.testkit.control.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real kubectl, and its words on the screen. */
record Kubectl(Installation installation, Path kubeconfig, Path folder, Screen screen) {
  /** Shows the command, runs it, shows its answer. */
  void run(String... arguments) {
    screen.line(Screen.Tone.COMMAND, "$ " + shown(arguments));
    screen.say(answer(arguments).stripTrailing());
  }

  /** As a person would type it. */
  static String shown(String... arguments) {
    var text = new StringBuilder("kubectl");
    for (var argument : arguments)
      text.append(' ').append(argument.matches("[\\w./:=,@-]+") ? argument : "'" + argument + "'");
    return text.toString();
  }

  private String answer(String... arguments) {
    var command = new ArrayList<String>();
    command.add(installation.binaries().resolve("kubectl").toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    try {
      var process = builder.start();
      process.getOutputStream().close();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0)
        throw new DemoFailed(shown(arguments) + " failed: " + text.strip());
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailed("interrupted");
    }
  }
}
