package dev.salvor.testkit.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.app.Salvor;
import dev.salvor.app.Settings;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.World;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.Installation;
import dev.salvor.testkit.control.Patience;
import dev.salvor.testkit.demo.Screen.Tone;
import dev.salvor.testkit.models.AttachmentModel;
import dev.salvor.testkit.models.FluxModel;
import dev.salvor.testkit.models.KubeletModel;
import dev.salvor.testkit.models.ProvisionerModel;
import dev.salvor.testkit.models.VeleroModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Cluster, operator, actors and scene of the demo, and its acts in their order. */
final class Play implements AutoCloseable {
  private static final String EXAMPLE = "examples/volumes-back/restore.yaml";
  private static final String RELEASE = "salvor";
  private static final String NAMESPACE = "salvor-system";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Screen screen;
  private final Repository repository;
  private final Installation installation;
  private final ControlPlane plane;
  private final Bucket bucket;
  private final KubeletModel kubelet = new KubeletModel();
  private final FluxModel flux = new FluxModel();
  private final Stopwatch stopwatch = new Stopwatch();
  private final VeleroModel velero;
  private final World world;
  private final Actors actors;
  private final Path kubeconfig;
  private final Salvor salvor;

  /**
   * Returns with the cluster and the operator running.
   *
   * @param pace between two rounds of Velero, for somebody who wants to see them
   */
  Play(Screen screen, Repository repository, Installation installation, Duration pace)
      throws IOException {
    this(
        screen,
        repository,
        installation,
        pace,
        repository.rights(),
        new Surroundings(NAMESPACE, "velero", Set.of("flux-system")));
  }

  /** The same where the chart was installed with other values. */
  Play(
      Screen screen,
      Repository repository,
      Installation installation,
      Duration pace,
      String rights,
      Surroundings around)
      throws IOException {
    this.screen = screen;
    this.repository = repository;
    this.installation = installation;
    screen.head("A cluster");
    plane = ControlPlane.start(installation);
    screen.say("kube-apiserver and etcd answer");
    plane.startControllers();
    plane.installOwnCrds();
    plane.installUpstreamCrds(Scene.PROJECTS);
    screen.say("kube-controller-manager runs; kinds of Salvor, Velero and Flux are installed");
    world = ActorWorld.of(plane);
    Scene.set(world);
    plane.apply(rights);
    bucket = new Bucket();
    velero = new VeleroModel("velero", bucket.urls());
    actors =
        new Actors(world)
            .with(kubelet, new ProvisionerModel(), new AttachmentModel(), flux, stopwatch)
            .with(velero, pace);
    bucket.holds(url -> actors.between(_ -> velero.published().get(url)));
    actors.start();
    kubeconfig = Files.createTempFile("salvor-demo-", ".kubeconfig");
    kubeconfig.toFile().deleteOnExit();
    Files.writeString(kubeconfig, plane.kubeconfig());
    var settings = new Settings(around, around.scope().namespaces(), false, "salvor-demo", 0);
    salvor = new Salvor(settings, plane.clientsAs(NAMESPACE, RELEASE));
    salvor.start();
    screen.say(
        "Salvor runs with the chart's own rights (RBAC and admission policy); http port "
            + salvor.httpPort());
  }

  World world() {
    return world;
  }

  Path kubeconfig() {
    return kubeconfig;
  }

  /**
   * From the damage to what is proven.
   *
   * @param word called when the plan waits for a person's word
   * @return what is not as it should be in the end; empty if all is well
   */
  List<String> perform(Runnable word) {
    damage();
    var before = new LinkedHashMap<String, String>();
    for (var claim : Scene.claims()) before.put(claim, volume(claim));
    var kubectl = new Kubectl(installation, kubeconfig, repository.root(), screen);
    var narrator = new Narrator(world, screen, PATIENCE);

    screen.head("Apply one file");
    kubectl.run("apply", "-f", EXAMPLE);
    var planned =
        narrator.until(status ->
            status.path("phase").asText().equals("AwaitingApproval")
                && !status.at("/plan/approve").asText("").isEmpty());

    screen.head("The plan, on proven data; the application still runs");
    plan(planned.path("plan"));
    kubectl.run("-n", "shop", "get", "nsr", "data-back");
    word.run();
    kubectl.run(
        "-n",
        "shop",
        "patch",
        "nsr",
        "data-back",
        "--type",
        "merge",
        "-p",
        "{\"spec\":{\"approvedPlan\":\"" + planned.at("/plan/approve").asText() + "\"}}");

    screen.head("The exchange");
    var ended = narrator.until(status -> status.path("phase").asText().equals("Succeeded"));
    return proven(ended, before, kubectl);
  }

  private void damage() {
    screen.head("An application, its backup, and what happened to it");
    actors.between(there -> {
      Scene.deploy(there, flux);
      return there;
    });
    Patience.until(
        PATIENCE, () -> "the application does not run", () -> actors.between(Scene::ready));
    screen.say(
        "Deployment shop/web runs with claims data and uploads; Flux keeps it as Git has it");
    var backup = actors.between(there -> Scene.save(there, velero));
    screen.say("Velero Schedule daily made backup " + backup);
    actors.between(there -> {
      Scene.damage(there);
      return there;
    });
    for (var claim : Scene.claims())
      screen.line(
          Tone.BAD,
          "claim %s on %s: the application reads \"%s\", it should be \"%s\""
              .formatted(claim, volume(claim), reads(claim), Scene.good(claim)));
  }

  private String volume(String claim) {
    return Scene.volume(world, claim).at("/metadata/name").asText();
  }

  /** What the application reads from a claim now. */
  String reads(String claim) {
    return actors.between(there -> Scene.read(there, claim));
  }

  private void plan(JsonNode plan) {
    screen.say(plan.path("summary").asText());
    screen.say("Loss:   " + plan.path("expectedLoss").asText());
    screen.say("Outage: " + plan.path("expectedOutage").asText());
    for (var target : plan.path("targets")) {
      var ref = target.path("ref");
      var namespace = ref.path("namespace").asText("");
      screen.line(
          Tone.DIM,
          "%-9s %s %s%s  %s"
              .formatted(
                  target.path("action").asText(),
                  ref.path("kind").asText(),
                  namespace.isEmpty() ? "" : namespace + "/",
                  ref.path("name").asText(),
                  target.path("note").asText("")));
    }
  }

  private List<String> proven(JsonNode ended, Map<String, String> before, Kubectl kubectl) {
    screen.head("What was proven, looked up anew");
    var outage = actors.between(_ -> stopwatch.longest());
    screen.say(
        String.format(
            Locale.ROOT,
            "Outage: %s as Salvor measured it; for %.1fs nobody could use the application",
            ended.path("outage").asText("unknown"),
            outage.toMillis() / 1000.0));
    var wrong = actors.between(there -> new Verdict(there, screen).of(ended, before, kubelet));
    kubectl.run("-n", "shop", "get", "nsr", "data-back", "-o", "wide");
    if (wrong.isEmpty()) {
      screen.say("Was it the wrong backup? The way back, without copying a byte:");
      screen.line(
          Tone.COMMAND,
          Kubectl.shown(
              "-n",
              "shop",
              "patch",
              "nsr",
              "data-back",
              "--type",
              "merge",
              "-p",
              "{\"spec\":{\"undo\":{\"requested\":true}}}"));
    }
    return wrong;
  }

  @Override
  public void close() {
    salvor.close();
    actors.close();
    bucket.close();
    plane.close();
  }
}
