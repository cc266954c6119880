package dev.salvor.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Write;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A relay finds what plans that are played alone find. */
class RelayTest {
  private static final int MAPS = 8;

  /** Makes one ConfigMap after the other; where it stands is in the status. */
  private static class Maker implements OperatorProcess {
    final ClusterWriter cluster;

    Maker(ClusterWriter cluster) {
      this.cluster = cluster;
    }

    @Override
    public Turn tick(ObjectNode recovery, Instant now) {
      var done = recovery.at("/status/done").asInt();
      if (done == MAPS) return new Turn(Optional.empty(), Optional.empty());
      if (cluster.get(Kinds.CONFIG_MAP.ref("shop", "map-" + done)).isEmpty()) create("map-" + done);
      var status = recovery.objectNode().put("done", done + 1);
      status.put("phase", done + 1 == MAPS ? "Succeeded" : "Preparing");
      return new Turn(Optional.of(status), Optional.of(Duration.ofSeconds(1)));
    }

    void create(String name) {
      cluster.write(
          new Write.Create(
              Manifests.one(
                  "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: shop}}"
                      .formatted(name))));
    }

    @Override
    public boolean over(ObjectNode recovery, Instant now) {
      return true;
    }
  }

  /** Takes a refusal for a reason to make another one. */
  private static final class Confused extends Maker {
    Confused(ClusterWriter cluster) {
      super(cluster);
    }

    @Override
    void create(String name) {
      try {
        super.create(name);
      } catch (ClusterException.Conflict e) {
        super.create(name.equals("map-3") ? "another" : name);
      }
    }
  }

  private static Trials trials(Function<ClusterWriter, OperatorProcess> starts) {
    return new Trials(
        new Scenario(
            "maps",
            "Succeeded",
            () -> {
              var cluster =
                  new FakeCluster()
                      .put("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
              var before = Picture.of(cluster);
              cluster.put(
                  """
                  apiVersion: recovery.salvor.dev/v1alpha1
                  kind: NamespaceRestore
                  metadata: {name: back, namespace: shop}
                  spec: {backup: {name: monday}}
                  """);
              return new Stage(
                  cluster,
                  _ -> {},
                  Kinds.NAMESPACE_RESTORE.ref("shop", "back"),
                  "shop",
                  before,
                  starts);
            }));
  }

  @Test
  void manyPlansAreMetInFewCourses() {
    var trials = trials(Maker::new);
    var course = trials.undisturbed();
    var calm = course.stage().cluster().writes();
    assertThat(calm).hasSize(2 * MAPS);
    var waiting = new ArrayList<>(trials.everyWrite(6, 1));
    assertThat(waiting).hasSize(6 * MAPS + 3 * MAPS);
    var plans = waiting.size();
    var courses = 0;
    while (!waiting.isEmpty()) {
      var relay = new Relay(calm, waiting);
      var end = relay.play(course.script());
      assertThat(relay.missed()).isEmpty();
      assertThat(end.after().differences(course.after())).isEmpty();
      courses++;
    }
    assertThat(courses).isLessThan(plans / 3);
    assertThat(trials.failing(trials.everyWrite(6, 1))).isEmpty();
  }

  @Test
  void whatOneFaultLeavesBehindIsFoundAndToldWithTheCommandThatPlaysItAgain() {
    var trials = trials(Confused::new);
    assertThat(trials.failing(trials.everyWrite(6, 1)))
        .singleElement()
        .asString()
        .contains("-Dplan=maps/", "write-7-conflict", "ConfigMap shop/another");
  }
}
