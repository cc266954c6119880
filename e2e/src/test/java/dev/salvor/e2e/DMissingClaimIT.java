package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** (d) A backup that lacks a claim: refused, and nothing in the cluster has changed. */
@Scenario
class DMissingClaimIT {
  private static final String NAMESPACE = "e2e-d";
  private static final String KINDS =
      "pods,persistentvolumeclaims,services,configmaps,secrets,serviceaccounts,deployments.apps,replicasets.apps,statefulsets.apps,networkpolicies.networking.k8s.io";
  private final Stage stage = Stage.open();
  private final Room room = Room.of(stage, NAMESPACE);

  @Test
  void refusedAndNothingHasChanged() {
    var ledger = Ledger.install(stage, NAMESPACE, "local-path", "book");
    ledger.fill();
    var velero = new Velero(stage.kube());
    velero.backup("e2e-d-1", NAMESPACE);
    ledger.damage("book");
    var restores = velero.restores().size();
    var before = versions();
    assertThat(before).hasSizeGreaterThan(10);

    var recovery =
        Recovery.apply(
            stage.kube(),
            NAMESPACE,
            "lacking",
            Recovery.from("e2e-d-1") + ", " + Recovery.automatic());
    recovery.await("Refused", Recovery.LIMIT);

    assertThat(recovery.stalled()).isNotEmpty();
    // all findings at once, each with what to do
    assertThat(recovery.status().path("facts").path("findings").toString())
        .contains("journal-ledger-0", "journal-ledger-1", "acceptMixedTimes");
    assertThat(versions()).isEqualTo(before);
    assertThat(velero.restores()).hasSize(restores);
    assertThat(room.shadows()).isEmpty();
  }

  private Map<String, String> versions() {
    var all = new TreeMap<String, String>();
    for (var found : stage.kube().list(KINDS, NAMESPACE)) put(all, found);
    for (var volume : stage.kube().list("persistentvolumes", "")) {
      if (volume.path("spec").path("claimRef").path("namespace").asText().equals(NAMESPACE))
        put(all, volume);
    }
    put(all, stage.kube().get("namespace", "", NAMESPACE));
    return all;
  }

  private static void put(Map<String, String> all, com.fasterxml.jackson.databind.JsonNode found) {
    var meta = found.path("metadata");
    all.put(
        found.path("kind").asText() + "/" + meta.path("name").asText(),
        meta.path("resourceVersion").asText());
  }

  @AfterAll
  void clear() {
    room.clear();
  }
}
