package dev.salvor.testkit.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Scope;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.control.Installation;
import dev.salvor.testkit.control.OwnControlPlane;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The whole way of a Swap, from the plan to the exchange, with what the chart gives for one
 * namespace: Roles there, and cluster-wide only what has no namespace.
 */
@OwnControlPlane
final class NarrowTest {
  private static final Set<String> LEFT_OUT =
      Set.of("Deployment", "CustomResourceDefinition", "Pod", "NetworkPolicy");

  @Test
  void withRolesInOneNamespaceTheExampleBringsTheDataBack() throws Exception {
    var told = new ByteArrayOutputStream();
    var screen = new Screen(new PrintStream(told, true, StandardCharsets.UTF_8), false);
    var repository = Repository.find();
    var around =
        new Surroundings(
            "salvor-system",
            "velero",
            Set.of(),
            new Scope(Set.of("shop"), Set.of("flux-system"), "salvor"));
    try (var play =
        new Play(
            screen,
            repository,
            Installation.find().orElseThrow(),
            Duration.ZERO,
            rights(repository),
            around)) {
      var wrong = play.perform(() -> {});
      assertThat(wrong).as(told.toString(StandardCharsets.UTF_8)).isEmpty();
      for (var claim : Scene.claims()) assertThat(play.reads(claim)).isEqualTo(Scene.good(claim));
      var recovery = play.world().get(Scene.RECOVERY).orElseThrow();
      assertThat(recovery.at("/status/phase").asText()).isEqualTo("Succeeded");
      assertThat(play.world().list(Kinds.NAMESPACE, ""))
          .extracting(namespace -> namespace.at("/metadata/name").asText())
          .as("the shadow namespace is gone, with the rights in it")
          .noneMatch(name -> name.contains("-salvor-"));
      var kustomization = play.world().get(Scene.KUSTOMIZATION).orElseThrow();
      assertThat(kustomization.at("/spec").has("suspend")).isFalse();
    }
  }

  private static String rights(Repository repository) {
    var rendered =
        new Helm(repository.root().resolve("helm/salvor"))
            .template()
            .withKubeVersion("1.34.4")
            .withName("salvor")
            .withNamespace("salvor-system")
            .set("crds.enabled", "false")
            .set("watchNamespaces[0]", "shop")
            .set("gitopsNamespaces[0]", "flux-system")
            .call();
    return Arrays.stream(rendered.split("(?m)^---\\s*$"))
        .filter(
            document -> LEFT_OUT.stream().noneMatch(kind -> document.contains("\nkind: " + kind)))
        .collect(Collectors.joining("\n---\n"));
  }
}
