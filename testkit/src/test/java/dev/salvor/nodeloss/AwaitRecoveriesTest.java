package dev.salvor.nodeloss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.api.Ref;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Verdict;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Json;
import dev.salvor.testkit.FakeCluster;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a recovery that was started has come to. */
class AwaitRecoveriesTest {
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
    var facts = GoneNode.facts(row());
    for (var child : new Children(GoneNode.RUN, SPEC).of(facts, Instant.EPOCH)) {
      var object = child.manifest().deepCopy();
      object.putObject("status").put("phase", phase);
      cluster.world().create(object);
    }
    var seen =
        new AwaitRecoveries(cluster, GoneNode.RUN, SPEC)
            .look(facts, new Moment(Instant.EPOCH, Instant.EPOCH));
    assertThat(seen.getClass().getSimpleName()).isEqualTo(expected);
    if (seen instanceof Sight.Refused<Facts>(_, var failed))
      assertThat(failed.message()).contains(phase);
  }

  private static StrandedClaim row() {
    return new StrandedClaim(
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
  }
}
