package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.BackupFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.PodFacts;
import dev.salvor.api.Ref;
import dev.salvor.api.TargetFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.api.VolumeFacts.Content;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The text that Velero gets, compared with files that were applied by Velero 1.18.3's own code
 * (internal/resourcemodifiers) to the pods they are for.
 */
class ModifierTest {
  private static final Run RUN =
      new Run(
          new Ref("recovery.salvor.dev/v1alpha1", "NamespaceRestore", "shop", "back"),
          "0c2f7c3e-1111-4222-8333-444455556666");

  @Test
  void besideHoldsPodsAndTakesTrackingOffClaims() throws IOException {
    assertThat(yaml(facts(), Restoring.BESIDE, Map.of("fast", "slow")))
        .isEqualTo(golden("modifier-beside.yaml"));
  }

  @Test
  void inPlaceNobodyCanFindAHeldPodByItsLabels() throws IOException {
    assertThat(yaml(facts(), Restoring.IN_PLACE, Map.of()))
        .isEqualTo(golden("modifier-in-place.yaml"));
  }

  @Test
  void aWholeNamespaceComesAsItWasButForTheStorageClass() throws IOException {
    assertThat(yaml(facts(), Restoring.NAMESPACE, Map.of("fast", "slow")))
        .isEqualTo(golden("modifier-namespace.yaml"));
  }

  @Test
  void nothingToChangeNeedsNoModifier() {
    var facts = facts().withVolumes(List.of());
    assertThat(new Modifier(facts, Restoring.NAMESPACE, RUN, Map.of(), "velero:1").yaml())
        .isEmpty();
  }

  private static String yaml(Facts facts, Restoring mode, Map<String, String> mapping) {
    return new Modifier(facts, mode, RUN, mapping, "velero/velero:v1.18.3").yaml().orElseThrow();
  }

  static Facts facts() throws IllegalStateException {
    var placement =
        json(
            """
            {"nodeSelector": {"disk": "ssd"},
             "affinity": {
               "podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
                 {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "cache"}}}]},
               "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
                 {"topologyKey": "kubernetes.io/hostname",
                  "labelSelector": {"matchLabels": {"app.kubernetes.io/instance": "shop"}}}]}}}
            """);
    var pod =
        new PodFacts(
            "web-0",
            Map.of(
                "app", "web",
                "app.kubernetes.io/instance", "shop",
                "app.kubernetes.io/managed-by", "Helm",
                "statefulset.kubernetes.io/pod-name", "web-0"),
            Map.of("data", "data-web-0", "cache", ""),
            true,
            1,
            placement,
            List.of(
                "affinity",
                "containers",
                "hostNetwork",
                "initContainers",
                "preemptionPolicy",
                "priorityClassName",
                "volumes"));
    var manifest = json("{\"spec\": {\"resources\": {\"requests\": {\"storage\": \"2Gi\"}}}}");
    var volume =
        new VolumeFacts(
            "data-web-0",
            "uid-claim",
            manifest,
            new VolumeFacts.Pv("pv-1", "uid-pv", "Delete", "uid-claim", null, "fast", 1L << 30),
            new Content(Method.FileSystem, "web-0", "data", "k1", 4096, "fast", 1L << 30),
            null);
    return Facts.none("intent")
        .withTarget(new TargetFacts("shop", "uid-ns", "uid-cluster", Map.of(), Map.of()))
        .withBackup(
            new BackupFacts(
                "nightly-1",
                "uid-backup",
                Instant.parse("2026-11-20T03:00:00Z"),
                null,
                "default",
                List.of()))
        .withVolumes(List.of(volume))
        .withPods(List.of(pod));
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(text);
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static String golden(String name) throws IOException {
    try (var file = ModifierTest.class.getResourceAsStream(name)) {
      if (file == null) throw new IllegalStateException("no golden file " + name);
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
