package dev.salvor.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.api.Victim;
import dev.salvor.kube.Destruction;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.testkit.demo.Repository;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What one recovery adds to the metrics. */
final class RecoveryMetricsTest {
  private static final String KIND = "{kind=\"NamespaceRestore\"} ";

  private static final String RUNNING =
      """
      phase: Verifying
      step: VerifyWorkloads
      steps:
      - {name: ScaleDownConsumers, state: Done, startedAt: "2026-03-21T03:00:00Z", since: "2026-03-21T03:00:04Z"}
      - {name: VerifyWorkloads, state: Running, startedAt: "2026-03-21T03:00:08Z", since: "2026-03-21T03:00:08Z"}
      conditions:
      - {type: GitOpsHeld, status: "True", reason: Held, message: m, lastTransitionTime: "2026-03-21T02:59:00Z"}
      """;

  private static final String SUCCEEDED =
      """
      phase: Succeeded
      step: VerifyWorkloads
      endedAt: "2026-03-21T03:00:30Z"
      undo: {possible: true, until: "2026-03-24T03:00:30Z"}
      steps:
      - {name: ScaleDownConsumers, state: Done, startedAt: "2026-03-21T03:00:00Z", since: "2026-03-21T03:00:04Z"}
      - {name: VerifyWorkloads, state: Done, startedAt: "2026-03-21T03:00:08Z", since: "2026-03-21T03:00:20Z"}
      facts:
        backup: {name: b, uid: u, startedAt: "2026-03-21T01:00:00Z", storageLocation: default}
        times: {outageUntil: "2026-03-21T03:00:20Z"}
        volumes:
        - claim: data
          old: {name: pv-1, uid: v, policy: Delete, bytes: 1073741824}
          content: {method: FileSystem, bytes: 5000}
        - claim: unknown
          content: {method: CsiSnapshot, bytes: -1}
      """;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final RecoveryMetrics metrics = new RecoveryMetrics(registry);

  @Test
  void whatARecoveryCostIsCountedOnceWhenItHasSucceeded() {
    metrics.expect("NamespaceRestore");
    var recovery = recovery(RUNNING);
    // a tick that met a conflict is repeated
    metrics.ticked(recovery, status(SUCCEEDED));
    metrics.ticked(recovery, status(SUCCEEDED));
    metrics.ticked(recovery(SUCCEEDED), status(SUCCEEDED));
    assertThat(registry.scrape())
        .contains("recovery_outage_seconds_count" + KIND + "1\n")
        .contains("recovery_outage_seconds_sum" + KIND + "20.0\n")
        .contains("recovery_data_loss_seconds_sum" + KIND + "7200.0\n")
        .contains("recovery_restored_bytes_total" + KIND + "5000.0\n");
  }

  @Test
  void aStepIsMeasuredOnceWhenItHasEnded() {
    metrics.ticked(recovery(RUNNING), status(SUCCEEDED));
    metrics.ticked(recovery(RUNNING), status(SUCCEEDED));
    var labels = "{kind=\"NamespaceRestore\",state=\"Done\",step=\"VerifyWorkloads\"} ";
    assertThat(registry.scrape())
        .contains("recovery_step_duration_seconds_count" + labels + "1\n")
        .contains("recovery_step_duration_seconds_sum" + labels + "12.0\n")
        .doesNotContain("ScaleDownConsumers");
  }

  @Test
  void destructiveRequestsAreCountedByKindVictimAndOutcome() {
    metrics.expect("NamespaceRestore");
    var run = new Run(Kinds.NAMESPACE_RESTORE.ref("shop", "back"), "u-1");
    var victim = new Victim(Kinds.PVC.ref("shop", "data"), "c-1");
    for (var outcome : List.of(Destruction.Outcome.TAKEN, Destruction.Outcome.REFUSED))
      metrics.destroyed(
          new Destruction(run, victim, Destruction.Deed.DELETE, outcome, "somebody said so"));
    var line =
        "recovery_destructive_requests_total{kind=\"NamespaceRestore\",outcome=\"%s\",resource=\"PersistentVolumeClaim\"}"
            + " %s\n";
    assertThat(registry.scrape())
        .contains(line.formatted("taken", "1.0"))
        .contains(line.formatted("refused", "1.0"))
        .contains(line.formatted("unknown", "0.0"))
        .doesNotContain("shop", "u-1", "somebody");
  }

  @Test
  void gaugesAreReadOffWhatIsThere() {
    var now = Clock.fixed(Instant.parse("2026-03-21T03:01:00Z"), ZoneOffset.UTC);
    var waits =
        recovery(
            """
            phase: AwaitingApproval
            step: AwaitApproval
            steps: [{name: AwaitApproval, state: Running, startedAt: "2026-03-21T03:00:30Z", since: "2026-03-21T03:00:30Z"}]
            """);
    registry
        .getPrometheusRegistry()
        .register(
            new RecoveryGauges(
                () ->
                    Map.of(
                        "NamespaceRestore",
                        List.of(recovery(RUNNING), recovery(SUCCEEDED), waits, unseen()),
                        "ArchiveReset",
                        List.of()),
                () -> OptionalDouble.of(1),
                now));
    assertThat(registry.scrape())
        .contains("recovery_phase{kind=\"NamespaceRestore\",phase=\"Verifying\"} 1.0\n")
        .contains("recovery_phase{kind=\"NamespaceRestore\",phase=\"Pending\"} 1.0\n")
        .contains("recovery_phase{kind=\"ArchiveReset\",phase=\"Failed\"} 0.0\n")
        .contains("recovery_gitops_suspended_seconds" + KIND + "120.0\n")
        .contains("recovery_awaiting_approval_seconds" + KIND + "30.0\n")
        .contains("recovery_undo_expires_timestamp_seconds" + KIND + "1.77432123E9\n")
        .contains("recovery_retained_bytes" + KIND + "1.073741824E9\n")
        .contains("recovery_undo_expires_timestamp_seconds{kind=\"ArchiveReset\"} 0.0\n")
        .contains("recovery_interlock_ok 1.0\n");
  }

  /** A phase without a series from the beginning would make an alert miss its first recovery. */
  @Test
  void everyPhaseHasItsSeries() {
    var source = Repository.find().read("operator/src/main/java/dev/salvor/recovery/Phases.java");
    var phases =
        Pattern.compile("(?:\\?|:|->|return) \"([A-Z]\\w+)\"")
            .matcher(source)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(phases).hasSizeGreaterThan(10).contains("Swapping", "Archived", "TakingBack");
    assertThat(RecoveryGauges.PHASES).containsAll(phases);
  }

  private static NamespaceRestore unseen() {
    var restore =
        Serialization.unmarshal(
            """
            apiVersion: recovery.salvor.dev/v1alpha1
            kind: NamespaceRestore
            metadata: {name: back, namespace: shop, uid: u-1}
            spec: {backup: {name: monday}}
            """,
            NamespaceRestore.class);
    restore.setStatus(null);
    return restore;
  }

  private static NamespaceRestore recovery(String status) {
    var restore = unseen();
    restore.setStatus(status(status));
    return restore;
  }

  private static RecoveryStatus status(String yaml) {
    return Serialization.unmarshal(yaml, RecoveryStatus.class);
  }
}
