package dev.salvor.app;

import dev.salvor.api.ArchiveReset;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.NodeLossRecovery;
import dev.salvor.api.PostgresRecovery;
import dev.salvor.api.VolumeRecovery;
import dev.salvor.kube.Clients;
import dev.salvor.kube.Fabric8Cluster;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  /**
   * Runs until it is told to stop. With the argument {@code check} it looks whether it could, says
   * what it lacks, and ends with 1 if that is anything.
   */
  public static void main(String[] arguments) throws Exception {
    var settings = Settings.from(System.getenv());
    var version = Main.class.getPackage().getImplementationVersion();
    var clients =
        Clients.connect(
            version == null ? "dev" : version,
            NamespaceRestore.class,
            PostgresRecovery.class,
            ArchiveReset.class,
            VolumeRecovery.class,
            NodeLossRecovery.class);
    if (List.of(arguments).equals(List.of("check"))) System.exit(check(settings, clients));
    var salvor = new Salvor(settings, clients);
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

  private static int check(Settings settings, Clients clients) {
    var found =
        new SelfCheck(
                new Fabric8Cluster(clients, settings.around()),
                settings.release(),
                settings.around())
            .run();
    found.remarks().forEach(remark -> System.out.println("remark: " + remark));
    found.failures().forEach(failure -> System.out.println("FAILED: " + failure));
    if (found.failures().isEmpty()) System.out.println("Salvor has all it needs");
    return found.failures().isEmpty() ? 0 : 1;
  }
}
