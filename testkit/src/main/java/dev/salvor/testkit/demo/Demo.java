package dev.salvor.testkit.demo;

import dev.salvor.testkit.control.Installation;
import dev.salvor.testkit.demo.Screen.Tone;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code make demo}: one recovery from {@code kubectl apply} to proven data. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Runs a recovery against a real API server and tells what happens. Exit code 0 only if it"
            + " succeeded and the cluster is as it should be.")
public final class Demo implements Callable<Integer> {
  private static final Duration PACE = Duration.ofMillis(700);

  @Option(names = "--ask", description = "Wait for Enter before the plan is approved.")
  private boolean ask;

  @Option(
      names = "--keep",
      defaultValue = "${env:KEEP:-}",
      arity = "0..1",
      fallbackValue = "1",
      description = "Leave everything running afterwards, until Ctrl-C. Also KEEP=1.")
  private String keep = "";

  public static void main(String[] arguments) {
    // before anything logs: the screen belongs to the demo
    var log =
        Path.of(System.getProperty("java.io.tmpdir"), "salvor-demo-" + pid() + ".log").toString();
    System.setProperty("salvor.demo.log", log);
    System.setProperty("logback.configurationFile", "dev/salvor/testkit/demo/logback.xml");
    System.exit(new CommandLine(new Demo()).execute(arguments));
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  @Override
  public Integer call() throws IOException {
    var screen =
        new Screen(System.out, System.console() != null && System.getenv("NO_COLOR") == null);
    introduce(screen);
    var installation = Installation.find();
    if (installation.isEmpty()) {
      screen.line(Tone.BAD, Installation.missing());
      return 2;
    }
    try (var play = new Play(screen, Repository.find(), installation.get(), PACE)) {
      var wrong = play.perform(() -> waitForWord(screen));
      if (!keep.isEmpty() && !keep.equals("0") && !keep.equals("false")) keep(screen, play);
      if (wrong.isEmpty()) {
        screen.line(Tone.GOOD, "Done: the data is back.");
        return 0;
      }
      screen.line(Tone.BAD, "NOT as it should be: " + String.join("; ", wrong));
      return 1;
    } catch (RuntimeException | AssertionError e) {
      LoggerFactory.getLogger(Demo.class).warn("failed", e);
      screen.line(Tone.BAD, "The demo failed: " + e.getMessage());
      screen.line(Tone.DIM, "log: " + System.getProperty("salvor.demo.log"));
      return 1;
    }
  }

  private static void introduce(Screen screen) {
    screen.raw(
        """
        Salvor, from `kubectl apply` to proven data.
        Real:     Salvor itself, kube-apiserver, etcd, kube-controller-manager (Deployments, volume
                  binder, garbage collector), kubectl, the CRDs of Velero and Flux, Salvor's RBAC and policy.
        Modelled: what needs nodes, a bucket or Git: scheduler, kubelet, storage driver, Velero with its
                  node-agents, Flux. No container runs and no file is copied; the models behave as the
                  real ones do, on the real API. `make e2e` is the same with the real ones.\
        """);
  }

  private void waitForWord(Screen screen) {
    if (!ask) {
      screen.say("A person would read this and then type:");
      return;
    }
    screen.say("Press Enter to approve.");
    try {
      while (true) {
        var read = System.in.read();
        if (read < 0 || read == '\n') return;
      }
    } catch (IOException e) {
      throw new DemoFailed("nobody can press Enter here: " + e.getMessage());
    }
  }

  private static void keep(Screen screen, Play play) {
    screen.raw("\nIt stays until Ctrl-C. In another terminal:");
    screen.raw("export KUBECONFIG=" + play.kubeconfig());
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
