package dev.salvor.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.Victim;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.RecordedEvents;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** One line for every destructive request: whose word, which plan, which victim, how it ended. */
final class AuditTest {
  private static final String RECOVERY =
      """
      apiVersion: recovery.salvor.dev/v1alpha1
      kind: NamespaceRestore
      metadata: {name: back, namespace: shop, uid: r-1}
      spec: {backup: {name: monday}}
      status:
        plan: {hash: aaa, swapHash: bbb, complete: true}
        commands:
        - {verb: Approve, value: old, at: "2026-03-21T02:00:00Z", manager: argocd}
        - {verb: Approve, value: bbb, at: "2026-03-21T03:00:00Z", manager: kubectl-patch}
      """;

  private final FakeCluster cluster = new FakeCluster();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Audit.LOGGER);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Told told =
      new Told(new RecordedEvents(), new RecoveryMetrics(metrics), new Audit());
  private final Destroyer destroyer =
      new Destroyer(cluster, told, new Run(Kinds.NAMESPACE_RESTORE.ref("shop", "back"), "r-1"));

  @BeforeEach
  void listen() {
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
  }

  @AfterEach
  void close() {
    logger.detachAppender(lines);
    logger.setLevel(null);
  }

  @Test
  void namesWhoApprovedWhat() {
    var victim = victim();
    told.ticking(recovery(RECOVERY));
    destroyer.destroy(victim);
    assertThat(lines.list).as("the mark destroys nothing").isEmpty();
    destroyer.destroy(victim);
    assertThat(said())
        .singleElement()
        .isEqualTo(
            Map.of(
                "deed", "delete",
                "outcome", "taken",
                "victim", victim.ref().text(),
                "victimUid", victim.uid(),
                "recovery", "NamespaceRestore shop/back",
                "recoveryUid", "r-1",
                "plan", "bbb",
                "approved", "bbb",
                "approvedBy", "kubectl-patch",
                "approvedAt", "2026-03-21T03:00:00Z"));
    destroyer.destroy(victim);
    assertThat(said()).hasSize(1);
  }

  @Test
  void anAutomaticApprovalIsSaidToBeOne() {
    told.ticking(
        recovery(
            RECOVERY
                .replaceAll("(?s)  commands:.*", "")
                .replace("monday}}", "monday}, approval: Automatic}")));
    var victim = victim();
    destroyer.destroy(victim);
    destroyer.destroy(victim);
    assertThat(said().getFirst())
        .containsEntry("approvedBy", "approval: Automatic")
        .containsEntry("approved", "bbb");
  }

  /** After the tick nothing is known any more of a recovery that may have changed. */
  @Test
  void aWarrantEndsWithTheTick() {
    var recovery = recovery(RECOVERY);
    told.ticking(recovery);
    told.ticked(recovery, recovery.getStatus());
    var victim = victim();
    destroyer.destroy(victim);
    destroyer.destroy(victim);
    assertThat(said().getFirst()).containsEntry("approvedBy", "nobody");
  }

  @ParameterizedTest
  @CsvSource({
    "FORBIDDEN, refused",
    "INVALID, refused",
    "CONFLICT, conflict",
    "UNAVAILABLE, unknown",
    "LOST_REPLY, unknown"
  })
  void aRequestThatFailsHasItsLineToo(Fault fault, String outcome) {
    var victim = victim();
    told.ticking(recovery(RECOVERY));
    destroyer.destroy(victim);
    cluster.faults(_ -> fault);
    assertThat(catchThrowable(() -> destroyer.destroy(victim))).isNotNull();
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst())
        .containsEntry("outcome", outcome)
        .containsEntry("victimUid", victim.uid())
        .containsKey("answer");
    var counter =
        metrics
            .get("recovery.destructive.requests")
            .tags("outcome", outcome, "resource", "ConfigMap")
            .counter();
    assertThat(counter.count()).isEqualTo(1);
  }

  private List<Map<String, String>> said() {
    return lines.list.stream()
        .map(line ->
            line.getKeyValuePairs().stream()
                .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value))))
        .toList();
  }

  private Victim victim() {
    cluster
        .world()
        .create(Manifests.one("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));
    var made =
        cluster
            .world()
            .create(
                Manifests.one(
                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace:"
                        + " shop}}"));
    return new Victim(Manifests.ref(made), made.at("/metadata/uid").asText());
  }

  private static NamespaceRestore recovery(String yaml) {
    return Serialization.unmarshal(yaml, NamespaceRestore.class);
  }
}
