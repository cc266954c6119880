package dev.salvor.testkit.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.control.Installation;
import dev.salvor.testkit.control.OwnControlPlane;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The real operator on a real API server, from the example to proven data, and on along
 * docs/tutorial.md. A control plane of its own: the actors look after every pod of a cluster.
 */
@OwnControlPlane
@Order(1)
final class DemoTest {
  @Test
  void theExampleBringsTheDataBack() throws Exception {
    var told = new ByteArrayOutputStream();
    var screen = new Screen(new PrintStream(told, true, StandardCharsets.UTF_8), false);
    var readBeforeApproval = new AtomicReference<>("");
    try (var play =
        new Play(screen, Repository.find(), Installation.find().orElseThrow(), Duration.ZERO)) {
      var wrong = play.perform(() -> readBeforeApproval.set(play.reads("data")));
      assertThat(wrong).as(told.toString(StandardCharsets.UTF_8)).isEmpty();
      // nothing of production was touched before the word
      assertThat(readBeforeApproval.get()).isEqualTo("garbage");
      for (var claim : Scene.claims()) assertThat(play.reads(claim)).isEqualTo(Scene.good(claim));
      var recovery = play.world().get(Scene.RECOVERY).orElseThrow();
      assertThat(recovery.at("/status/phase").asText()).isEqualTo("Succeeded");
      assertThat(recovery.at("/status/undo/possible").asBoolean()).isTrue();
      var old =
          play.world().list(Kinds.PV, "").stream()
              .filter(pv -> !pv.at("/status/phase").asText().equals("Bound"))
              .toList();
      assertThat(old)
          .hasSize(2)
          .allSatisfy(pv ->
              assertThat(pv.at("/spec/persistentVolumeReclaimPolicy").asText())
                  .isEqualTo("Retain"));
      var kustomization = play.world().get(Scene.KUSTOMIZATION).orElseThrow();
      assertThat(kustomization.at("/spec").has("suspend")).isFalse();
      var tutorial =
          new Tutorial(Repository.find(), Installation.find().orElseThrow(), play.kubeconfig());
      assertThat(tutorial.type()).isEqualTo(7);
      for (var claim : Scene.claims())
        assertThat(play.reads(claim)).as("%s, undone", claim).isNotEqualTo(Scene.good(claim));
    }
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("kubectl apply -f examples/volumes-back/restore.yaml", "Deleting", "Outage:");
  }
}
