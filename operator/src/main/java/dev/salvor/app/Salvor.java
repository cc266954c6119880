package dev.salvor.app;

import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.archive.S3ObjectStore;
import dev.salvor.kube.Clients;
import dev.salvor.kube.Fabric8Cluster;
import dev.salvor.kube.Fabric8Events;
import dev.salvor.kube.Interlock;
import dev.salvor.kube.Recoveries;
import dev.salvor.recovery.ArchiveResetBook;
import dev.salvor.recovery.NamespaceRestoreBook;
import dev.salvor.recovery.NodeLossRecoveryBook;
import dev.salvor.recovery.PostgresRecoveryBook;
import dev.salvor.recovery.RecoveryReconciler;
import dev.salvor.recovery.Rooms;
import dev.salvor.recovery.Ticker;
import dev.salvor.recovery.VolumeRecoveryBook;
import dev.salvor.velero.HttpDownloads;
import dev.salvor.workloads.JdkHttpProbe;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator, wired. Tests and the demo start the same one as {@link Main}. */
public final class Salvor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Salvor.class);

  private final Settings settings;
  private final Clients clients;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicBoolean started = new AtomicBoolean();
  private final Operator operator;
  private final Janitor janitor;
  private final InterlockWatch interlock;
  private final Future<String> server;
  private final RecoveryMetrics counted;
  private final Map<String, Controller<? extends Recovery<? extends RecoverySpec>>> controllers =
      new TreeMap<>();
  private final Http http;

  public Salvor(Settings settings, Clients clients) {
    this.settings = settings;
    this.clients = clients;
    // while the rest is wired: the watches find a connection then
    this.server = threads.submit(clients::server);
    this.counted = new RecoveryMetrics(metrics);
    var told =
        new Told(
            new Fabric8Events(clients, settings.identity(), Clock.systemUTC()),
            counted,
            new Audit());
    var cluster = new Fabric8Cluster(clients, settings.around());
    var josdkMetrics = MicrometerMetricsV2.newBuilder(metrics).build();
    this.operator = new Operator(overrider -> configure(overrider, josdkMetrics));
    var policies = new Interlock(cluster, settings.release(), settings.around().scope());
    var rooms =
        new Rooms(
            cluster,
            told,
            settings.around(),
            HttpDownloads.usual(),
            new JdkHttpProbe(),
            S3ObjectStore.archives(),
            policies);
    var recoveries = new Recoveries(clients);
    register(
        new Reconcilers.OfNamespaceRestore(
            new Ticker<>(new NamespaceRestoreBook(rooms)), told, recoveries));
    register(
        new Reconcilers.OfPostgresRecovery(
            new Ticker<>(new PostgresRecoveryBook(rooms)), told, recoveries));
    register(
        new Reconcilers.OfArchiveReset(
            new Ticker<>(new ArchiveResetBook(rooms)), told, recoveries));
    register(
        new Reconcilers.OfVolumeRecovery(
            new Ticker<>(new VolumeRecoveryBook(rooms)), told, recoveries));
    // about all namespaces: where only some are watched, nobody may speak for the others
    if (settings.watched().isEmpty())
      register(
          new Reconcilers.OfNodeLossRecovery(
              new Ticker<>(new NodeLossRecoveryBook(rooms)), told, recoveries));
    this.janitor = new Janitor(cluster, told, Clock.systemUTC());
    this.interlock = new InterlockWatch(policies);
    metrics
        .getPrometheusRegistry()
        .register(new RecoveryGauges(this::recoveries, interlock::ok, Clock.systemUTC()));
    try {
      this.http = new Http(settings.httpPort(), metrics, this::ready);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot listen on port " + settings.httpPort() + "; set SALVOR_HTTP_PORT", e);
    }
  }

  private <R extends Recovery<? extends RecoverySpec>> void register(
      RecoveryReconciler<R> reconciler) {
    RegisteredController<R> registered =
        operator.register(
            reconciler,
            controller -> {
              controller
                  .withReconciliationMaxInterval(Duration.ofMinutes(5))
                  .withRetry(
                      new GenericRetry()
                          .withoutMaxAttempts()
                          .setInitialInterval(100L)
                          .setIntervalMultiplier(2)
                          .setMaxInterval(30_000));
              if (!settings.watched().isEmpty()) controller.settingNamespaces(settings.watched());
            });
    var kind = HasMetadata.getKind(registered.getConfiguration().getResourceClass());
    controllers.put(kind, (Controller<R>) registered);
    counted.expect(kind);
  }

  private void configure(
      ConfigurationServiceOverrider overrider, MicrometerMetricsV2 josdkMetrics) {
    overrider
        .withKubernetesClient(clients.reading())
        .withCloseClientOnStop(false)
        .withExecutorService(threads)
        .withMetrics(josdkMetrics)
        .withUseSSAToPatchPrimaryResource(true)
        .withReconciliationTerminationTimeout(Duration.ofSeconds(20))
        .checkingCRDAndValidateLocalModel(false);
    if (settings.leaderElection()) {
      overrider.withLeaderElectionConfiguration(
          LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration("salvor")
              .withLeaseNamespace(settings.around().operator())
              .withIdentity(settings.identity())
              .withExitOnStopLeading(false)
              .withLeaderCallbacks(new LeaderCallbacks(this::leading, this::deposed, _ -> {}))
              .build());
    }
  }

  /** Returns once the watches are up, or, with leader election, once it is a candidate. */
  public void start() {
    http.start();
    greet();
    operator.start();
    started.set(true);
    if (!settings.leaderElection()) leading();
  }

  /** Whether the watches get an answer decides; this is for whoever reads why they do not. */
  private void greet() {
    var where = clients.reading().getMasterUrl();
    try {
      LOG.info("the API server at {} is Kubernetes {}", where, server.get());
    } catch (ExecutionException e) {
      var why = e.getCause() == null ? e : e.getCause();
      LOG.warn("the API server at {} does not tell its version: {}", where, why.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * As the watches have them; none of a kind whose watch is not up, as with one who only stands by.
   */
  private Map<String, List<? extends Recovery<? extends RecoverySpec>>> recoveries() {
    var all = new TreeMap<String, List<? extends Recovery<? extends RecoverySpec>>>();
    controllers.forEach((kind, controller) -> all.put(kind, cached(controller)));
    return all;
  }

  private List<? extends Recovery<? extends RecoverySpec>> cached(
      Controller<? extends Recovery<? extends RecoverySpec>> controller) {
    var source = controller.getEventSourceManager().getControllerEventSource();
    return source != null && source.isRunning() ? source.list(_ -> true).toList() : List.of();
  }

  /** The port that /livez, /readyz and /metrics answer on. */
  public int httpPort() {
    return http.port();
  }

  private boolean ready() {
    return started.get() && operator.getRuntimeInfo().allEventSourcesAreHealthy();
  }

  private void leading() {
    janitor.start();
    interlock.start();
  }

  /**
   * Another process leads now. Nothing of this one may go on; stopping in order would let a step
   * finish.
   */
  private void deposed() {
    if (!stopping.get()) Runtime.getRuntime().halt(1);
  }

  @Override
  public void close() {
    if (!stopping.compareAndSet(false, true)) return;
    janitor.close();
    interlock.close();
    operator.stop();
    http.close();
    threads.shutdown();
    clients.close();
  }
}
