package dev.salvor.nodeloss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.NodeFacts;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.api.Ref;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Verdict;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.testkit.FakeCluster;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a recovery that was started has come to. */
class AwaitRecoveriesTest {
  private static final Run RUN = new Run(Kinds.NODE_LOSS_RECOVERY.ref("gone"), "0123abcd-run");
  private static final NodeLossRecoverySpec SPEC =
      Json.MAPPER.convertValue(Map.of("nodeName", "n1"), NodeLossRecoverySpec.class);

  @ParameterizedTest
  @CsvSource({
    "Succeeded, Seen",
    "Archived, Seen",
    "Refused, Refused",
    "Expired, Refused",
    "Failed, Refused",
    "Aborted, Refused",
    "Undone, Refused",
    "Planning, NotYet",
    "Restoring, NotYet",
    "Undoing, NotYet",
    "'', NotYet"
  })
  void whatHasEndedIsNotWaitedFor(String phase, String expected) {
    var cluster = new FakeCluster();
    cluster.put("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
    var facts = Facts.none("i").withNode(node());
    for (var child : new Children(RUN, SPEC).of(facts, Instant.EPOCH)) {
      var object = child.manifest().deepCopy();
      object.putObject("status").put("phase", phase);
      cluster.world().create(object);
    }
    var seen =
        new AwaitRecoveries(cluster, RUN, SPEC)
            .look(facts, new Moment(Instant.EPOCH, Instant.EPOCH));
    assertThat(seen.getClass().getSimpleName()).isEqualTo(expected);
    if (seen instanceof Sight.Refused<Facts>(_, var failed))
      assertThat(failed.message()).contains(phase);
  }

  private static NodeFacts node() {
    var row =
        new StrandedClaim(
            "shop",
            "data",
            "u1",
            "pv-1",
            "v1",
            "Delete",
            "local",
            "1Gi",
            Verdict.Stranded,
            Way.Velero,
            new Ref("apps/v1", "Deployment", "shop", "web"),
            List.of(),
            "monday",
            Instant.EPOCH,
            "");
    return new NodeFacts(
        "n1",
        null,
        "gone",
        null,
        List.of(row),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
