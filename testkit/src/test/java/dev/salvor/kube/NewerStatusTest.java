package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.NodeLossRecovery;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import org.junit.jupiter.api.Test;

/** What a newer Salvor has written is read by an older one that was rolled back to. */
@OnControlPlane
final class NewerStatusTest {
  private final ControlPlane plane;

  NewerStatusTest(ControlPlane plane) {
    this.plane = plane;
  }

  @Test
  void aWordNobodyKnowsDoesNotKeepAllRecoveriesOfTheKindFromBeingRead() {
    var written =
        """
        {"apiVersion": "recovery.salvor.dev/v1alpha1", "kind": "NodeLossRecovery",
         "metadata": {"name": "r"}, "spec": {"nodeName": "n"},
         "status": {"phase": "Restoring", "later": {"more": 1}, "facts": {"intent": "i", "node": {"name": "n", "evidence": "gone",
           "claims": [{"namespace": "shop", "claim": "data", "uid": "u", "volume": "v", "volumeUid": "vu", "policy": "Delete",
             "verdict": "Stranded", "way": "Telepathy", "users": [], "note": ""}]}}}}
        """;
    try (var clients = plane.clients()) {
      for (var client : new Object[] {clients.reading(), clients.writing()}) {
        var read =
            ((io.fabric8.kubernetes.client.KubernetesClient) client)
                .getKubernetesSerialization()
                .unmarshal(written, NodeLossRecovery.class);
        assertThat(read.getStatus().phase()).isEqualTo("Restoring");
        var facts = read.getStatus().facts();
        assertThat(facts).isNotNull();
        assertThat(facts.knownNode().claims())
            .singleElement()
            .satisfies(claim -> {
              assertThat(claim.claim()).isEqualTo("data");
              assertThat(claim.way()).isNull();
            });
      }
    }
  }
}
