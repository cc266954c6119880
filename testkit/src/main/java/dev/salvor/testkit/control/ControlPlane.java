package dev.salvor.testkit.control;

import dev.salvor.kube.Clients;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.KubeAPITestException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One kube-apiserver with its etcd, and on request the controllers of kube-controller-manager.
 * There are no nodes: pods stay Pending unless somebody plays their kubelet.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  /** Its own flags come after ours, hence the script in {@link WorkFolder}. */
  private static final List<String> FLAGS =
      List.of("--bind-address=127.0.0.1", "--profiling=false", "--event-ttl=24h");

  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

  private final Installation installation;
  private final WorkFolder work;
  private final KubeAPIServer server;
  private final String kubeconfig;
  private final KubernetesClient admin;
  private final ClusterWorld world;
  private final Thread atExit = new Thread(this::end);
  private @Nullable ControllerManager controllers;
  private boolean ended;

  private ControlPlane(Installation installation, WorkFolder work, KubeAPIServer server) {
    this.installation = installation;
    this.work = work;
    this.server = server;
    this.kubeconfig = server.getKubeConfigYaml();
    this.admin = new KubernetesClientBuilder().withConfig(adminConfig()).build();
    this.world = ClusterWorld.over(admin);
  }

  /** Returns when the API server answers. Throws with its last words if it does not. */
  public static ControlPlane start(Installation installation) {
    for (var attempt = 1; ; attempt++) {
      var work = WorkFolder.create(installation, FLAGS);
      var server =
          new KubeAPIServer(
              KubeAPIServerConfigBuilder.anAPIServerConfig()
                  .withTestDir(work.path().toString())
                  .withApiServerVersion(installation.version())
                  .withOfflineMode(true)
                  .withUpdateKubeConfig(false)
                  .withStartupTimeout((int) START.toMillis())
                  .build());
      try {
        server.start();
        var plane = new ControlPlane(installation, work, server);
        Runtime.getRuntime().addShutdownHook(plane.atExit);
        return plane;
      } catch (RuntimeException e) {
        var said = lastWords(work);
        stop(server);
        work.delete();
        // kube-api-test picks a free port and lets it go again: somebody may have been faster
        if (attempt == 2)
          throw new IllegalStateException("the control plane did not start: " + said, e);
      }
    }
  }

  /** kube-api-test stops by itself when the API server dies, and stumbles when told again. */
  private static void stop(KubeAPIServer server) {
    try {
      server.stop();
    } catch (KubeAPITestException e) {
      LOG.debug("stopped before", e);
    }
  }

  private static String lastWords(WorkFolder work) {
    try {
      var lines = Files.readAllLines(work.log("kube-apiserver"));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "no log";
    }
  }

  /** A kubeconfig with every right, as YAML. */
  public String kubeconfig() {
    return kubeconfig;
  }

  /** A new configuration with every right. */
  public Config adminConfig() {
    return Config.fromKubeconfig(kubeconfig);
  }

  /** A client with every right. */
  public KubernetesClient admin() {
    return admin;
  }

  /** The operator's two clients with every right. */
  public Clients clients() {
    return Clients.connect(this::adminConfig, "test");
  }

  /** The operator's two clients as a service account, with the rights that RBAC gives it. */
  public Clients clientsAs(String namespace, String serviceAccount) {
    return Clients.connect(
        () -> {
          var config = adminConfig();
          config.setImpersonateUsername(
              "system:serviceaccount:" + namespace + ":" + serviceAccount);
          config.setImpersonateGroups(
              "system:serviceaccounts",
              "system:serviceaccounts:" + namespace,
              "system:authenticated");
          return config;
        },
        "test");
  }

  /** This cluster as its other inhabitants see it. */
  public ClusterWorld world() {
    return world;
  }

  /** Makes a namespace that no other test has. */
  public String newNamespace(String prefix) {
    var name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}");
    return name;
  }

  /** Applies every document of a YAML text (server-side, by force). */
  public void apply(String yaml) {
    world().applyAll(yaml);
  }

  /** Installs CRDs and waits until they are served. */
  public void installCrds(String yaml) {
    new CrdInstaller(world()).install(yaml);
  }

  /** Takes a CRD away again, with all objects of its kind. */
  public void removeCrd(String name) {
    world().delete(Kinds.CUSTOM_RESOURCE_DEFINITION.ref(name));
  }

  /** Installs the CRDs of Velero, Flux, Argo CD and the snapshot controller. */
  public void installUpstreamCrds() {
    installCrds(installation.crds());
  }

  /** Installs those of some of them, by their names in {@code crds.txt}. */
  public void installUpstreamCrds(List<String> projects) {
    for (var project : projects) installCrds(installation.crds().resolve(project));
  }

  private void installCrds(Path folder) {
    try (var files = Files.walk(folder)) {
      var yaml = new StringBuilder();
      for (var file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList())
        yaml.append("---\n").append(Files.readString(file)).append('\n');
      installCrds(yaml.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Installs the kinds of Salvor. */
  public void installOwnCrds() {
    var all = new StringBuilder();
    for (var kind : Kinds.RECOVERIES) all.append("---\n").append(own(kind)).append('\n');
    installCrds(all.toString());
  }

  private static String own(Kind kind) {
    try (var yaml =
        ControlPlane.class.getResourceAsStream(
            "/crds/" + kind.plural() + "." + kind.group() + ".yaml")) {
      if (yaml == null) throw new IllegalStateException("the CRDs are not on the classpath");
      return new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the real controllers, unless they run. */
  public synchronized void startControllers() {
    if (controllers == null) controllers = ControllerManager.start(installation, work, kubeconfig);
  }

  /** Kills the real controllers, if they run. */
  public synchronized void stopControllers() {
    if (controllers != null) controllers.close();
    controllers = null;
  }

  /** Where the programs write what they do; gone after {@link #close}. */
  public Path log(String program) {
    return work.log(program);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    end();
  }

  private synchronized void end() {
    if (ended) return;
    ended = true;
    admin.close();
    stopControllers();
    stop(server);
    work.delete();
  }
}
