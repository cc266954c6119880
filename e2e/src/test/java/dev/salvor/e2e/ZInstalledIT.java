package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.testkit.health.Kstatus;
import dev.salvor.testkit.health.Lua;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The image that is built here, installed by Helm; a restore steered by nothing but {@code kubectl
 * salvor}; the operator upgraded in the middle of it; and what is left when Helm takes it away. The
 * last class: afterwards the rights of the operator outside are gone.
 */
@Scenario
class ZInstalledIT {
  private static final String NAMESPACE = "e2e-z";
  private static final String LOST = "e2e-z-lost";
  private static final String NODE = "node-8";

  private final Stage stage = Stage.open();
  private final Kube kube = stage.kube();
  private final Velero velero = new Velero(kube);
  private final Chart chart = new Chart("salvor", Rights.NAMESPACE, kube.kubeconfig());
  private final Room room = Room.of(stage, NAMESPACE, LOST);
  private final Shop shop = new Shop(stage, NAMESPACE, "local-path", true);
  private List<String> good = List.of();

  @BeforeAll
  void install() {
    if (!(stage.cluster() instanceof ToolCluster tool))
      Assumptions.abort("only the cluster tool loads images");
    else {
      Shop.install(stage, NAMESPACE);
      shop.fill(100, 20_000);
      good = shop.sums();
      velero.backup("e2e-z-1", NAMESPACE);
      OwnImage.load(tool, true);
      // two must not run: the chart has one replica without leader election
      stage.operator().close();
      adopt();
      chart.install(Map.of());
      kube.rollout(Rights.NAMESPACE, "deployment/salvor");
    }
  }

  @Test
  @Order(0)
  void helmTestFindsAllItNeeds() {
    // throws if the pod of the test fails; one that succeeds is removed by Helm
    chart.test();
    assertThat(kube.list("events", Rights.NAMESPACE))
        .extracting(
            event -> event.at("/involvedObject/name").asText() + event.path("reason").asText())
        .contains("salvor-checkStarted");
  }

  /** Helm does not install over what it does not own, and other scenarios need most of it too. */
  private void adopt() {
    for (var document : Chart.render(Rights.NAMESPACE)) {
      if (document.matches("(?s).*(^|\\n)kind: (Deployment|Pod)\\n.*")) continue;
      kube.apply(document);
      for (var words :
          List.of(
              List.of("label", "app.kubernetes.io/managed-by=Helm"),
              List.of(
                  "annotate",
                  "meta.helm.sh/release-name=salvor",
                  "meta.helm.sh/release-namespace=" + Rights.NAMESPACE))) {
        // each says itself in which namespace it is: one of the roles is in Velero's
        var command = new ArrayList<>(List.of("kubectl", words.getFirst(), "-f", "-"));
        command.addAll(words.subList(1, words.size()));
        command.add("--overwrite");
        var result = shell().run(Duration.ofMinutes(1), document, command.toArray(String[]::new));
        assertThat(result.ok()).as(result.output()).isTrue();
      }
    }
  }

  private Shell shell() {
    return new Shell(
        Map.of(
            "KUBECONFIG",
            kube.kubeconfig().toString(),
            "PATH",
            Shell.ROOT.resolve("kubectl") + ":" + System.getenv("PATH")));
  }

  private Shell.Result salvor(String... words) {
    var command = new ArrayList<>(List.of("kubectl", "salvor"));
    command.addAll(List.of(words));
    command.addAll(List.of("-n", NAMESPACE));
    var result = shell().run(Duration.ofMinutes(8), "", command.toArray(String[]::new));
    System.out.println("$ " + String.join(" ", command) + "\n" + result.output().stripTrailing());
    return result;
  }

  @Test
  @Order(1)
  void thePluginAloneSteersARestore() {
    shop.damage();
    assertThat(salvor("doctor").output()).containsPattern("ok +operator").contains("1/1 ready");
    apply("first");
    assertThat(salvor("watch", "first", "--timeout=300").code()).isEqualTo(4);
    assertThat(salvor("plan", "first").output()).contains("Expected loss", "Approve it with");
    approve("first");
    assertThat(salvor("watch", "first", "--through-approval", "--timeout=300").code()).isZero();
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    assertThat(salvor("status", "first").output()).contains("Succeeded", "Undo is possible");
    var live = kube.get("namespacerestore", NAMESPACE, "first");
    assertThat(Kstatus.of(live)).isEqualTo(Kstatus.CURRENT);
    var health = Shell.ROOT.resolve("argocd/source/health.lua");
    assertThat(Lua.run(read(health), (ObjectNode) live, Map.of()).path("status").asText())
        .isEqualTo("Healthy");
  }

  @Test
  @Order(2)
  void anUpgradeInTheMiddleGoesOn() {
    shop.damage();
    apply("second");
    assertThat(salvor("watch", "second", "--timeout=300").code()).isEqualTo(4);
    approve("second");
    var second = Recovery.of(kube, Recovery.Kind.NamespaceRestore, NAMESPACE, "second");
    Kube.await(
        "the exchange has begun",
        Duration.ofMinutes(2),
        () -> second.started("ScaleDownConsumers"));
    chart.upgrade(Map.of("image.tag", OwnImage.CACHED));
    assertThat(salvor("watch", "second", "--through-approval", "--timeout=300").code()).isZero();
    var pods = kube.list("pods", Rights.NAMESPACE, "-l", "app.kubernetes.io/name=salvor");
    assertThat(pods).hasSize(1);
    var pod = pods.getFirst();
    assertThat(pod.at("/spec/containers/0/image").asText()).endsWith(":" + OwnImage.CACHED);
    assertThat(pod.at("/status/containerStatuses/0/restartCount").asInt()).isZero();
    // else the old one had done it all
    assertThat(second.lastStep())
        .isAfter(Instant.parse(pod.at("/metadata/creationTimestamp").asText()));
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
  }

  @Test
  @Order(3)
  void whatRunsSurvivesThatHelmTakesTheOperatorAway() {
    apply("third");
    var third = Recovery.of(kube, Recovery.Kind.NamespaceRestore, NAMESPACE, "third");
    Kube.await("Velero is at work", Duration.ofMinutes(2), () -> third.started("RestoreBeside"));
    chart.uninstall();
    Kube.await(
        "the operator is gone",
        Duration.ofMinutes(2),
        () -> kube.list("pods", Rights.NAMESPACE).isEmpty());
    assertThat(kube.list("customresourcedefinitions", ""))
        .extracting(crd -> crd.path("metadata").path("name").asText())
        .contains(
            "namespacerestores.recovery.salvor.dev", "postgresrecoveries.recovery.salvor.dev");
    assertThat(third.phase()).isEqualTo("Preparing");
    assertThat(third.object().path("metadata").has("deletionTimestamp")).isFalse();
    assertThat(room.shadows()).hasSize(1);
    // and goes on where it was once there is an operator again
    adopt();
    chart.install(Map.of());
    assertThat(salvor("watch", "third", "--timeout=300").code()).isEqualTo(4);
    shop.damage();
    approve("third");
    assertThat(salvor("watch", "third", "--through-approval", "--timeout=300").code()).isZero();
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
  }

  /** It comes up on another node by itself, and then brings back what was on its own. */
  @Test
  @Order(4)
  void theNodeThatIsLostCarriedTheOperatorToo() {
    var tool = (ToolCluster) stage.cluster();
    tool.node("add", NODE);
    kube.kubectl("label", "node", NODE, "e2e-z=lost");
    place(
        Rights.NAMESPACE,
        "salvor",
        "\"affinity\":{\"nodeAffinity\":{\"preferredDuringSchedulingIgnoredDuringExecution\":[{\"weight\":100,"
            + "\"preference\":{\"matchExpressions\":[{\"key\":\"e2e-z\",\"operator\":\"In\",\"values\":[\"lost\"]}]}}]}}");
    Kube.await(
        "the operator runs there alone",
        Duration.ofMinutes(2),
        () -> nodes(Rights.NAMESPACE).equals(List.of(NODE)));
    var there = new Shop(stage, LOST, "local-path", true);
    kube.namespace(LOST);
    kube.apply(
        there
            .manifest()
            .replaceFirst("(?m)^( +)containers:", "$1nodeSelector: {e2e-z: lost}\n$1containers:"));
    there.ready();
    // from here on it is its volume that keeps it there
    place(LOST, "shop", "\"nodeSelector\":null");
    there.fill(50, 20_000);
    var before = there.sums();
    assertThat(nodes(LOST)).containsExactly(NODE);
    velero.backup("e2e-z-2", LOST);
    tool.node("kill", NODE);
    kube.kubectl("delete", "node", NODE);
    kube.rollout(Rights.NAMESPACE, "deployment/salvor");
    var recovery =
        Recovery.apply(
            kube,
            Recovery.Kind.NodeLossRecovery,
            "",
            "z-lost",
            "nodeName: %1$s, confirmNodeLost: %1$s, include: [%2$s]".formatted(NODE, LOST));
    recovery.approve();
    System.out.println(recovery.status().path("plan").path("summary").asText());
    recovery.succeed();
    there.ready();
    assertThat(Shop.differences(before, there.sums())).isEmpty();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> nodes(String namespace) {
    return kube.list("pods", namespace).stream()
        .map(pod -> pod.path("spec").path("nodeName").asText())
        .distinct()
        .toList();
  }

  private void place(String namespace, String deployment, String spec) {
    kube.kubectl(
        "-n",
        namespace,
        "patch",
        "deployment",
        deployment,
        "--type=merge",
        "-p",
        "{\"spec\":{\"template\":{\"spec\":{" + spec + "}}}}");
    kube.rollout(namespace, "deployment/" + deployment);
  }

  private void apply(String name) {
    Recovery.apply(kube, NAMESPACE, name, Recovery.from("e2e-z-1"));
  }

  private void approve(String name) {
    var hash = salvor("plan", name, "-o", "hash").output().strip();
    assertThat(salvor("approve", name, "--plan=" + hash).code()).isZero();
  }

  @AfterAll
  void clear() {
    room.clear();
    // the tool knows it also when its Node object is gone
    if (stage.cluster() instanceof ToolCluster tool) tool.forget(NODE);
    if (!Cluster.keep()) chart.uninstall();
  }
}
