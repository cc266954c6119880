package dev.salvor.app;

import dev.salvor.kube.Clients;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  /** Runs until it is told to stop. */
  public static void main(String[] arguments) throws Exception {
    var settings = Settings.from(System.getenv());
    var version = Main.class.getPackage().getImplementationVersion();
    var salvor = new Salvor(settings, Clients.connect(version == null ? "dev" : version));
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  salvor.close();
                  stopped.countDown();
                },
                "stop"));
    try {
      salvor.start();
    } catch (RuntimeException e) {
      LOG.error("cannot start", e);
      // a pod that stays up without its watches would never be started again
      System.exit(1);
    }
    LOG.info("started; http on port {}", salvor.httpPort());
    stopped.await();
  }
}
