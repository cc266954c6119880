package dev.salvor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A controller that goes by objects alone is called when it could do something, and not else. */
class TimelessModelTest {
  private static final Ref WEB = Kinds.CONFIG_MAP.ref("shop", "web");

  private final FakeCluster cluster = new FakeCluster();
  private final Copier copier = new Copier();
  private boolean refused;

  /** Writes what is in field {@code from} to field {@code to}, whether it is there or not. */
  private static final class Copier implements Model {
    int calls;

    @Override
    public boolean isTimeless() {
      return true;
    }

    @Override
    public void act(World world) {
      calls++;
      var web = world.get(WEB).orElseThrow();
      web.withObject("/data").put("to", web.at("/data/from").asText());
      world.update(web);
    }
  }

  TimelessModelTest() {
    cluster.put("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
    from("a");
    cluster.with(copier);
    cluster.admission((before, after, _) ->
        refused && before != null && after != null
            ? Optional.of(new ClusterException.Forbidden("not now"))
            : Optional.empty());
  }

  private void from(String value) {
    cluster.put(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: web, namespace: shop}, data: {from: %s}}"
            .formatted(value));
  }

  private String to() {
    return cluster.world().get(WEB).orElseThrow().at("/data/to").asText();
  }

  @Test
  void whatChangedNothingIsNotTriedAgainUntilSomethingChanges() {
    cluster.round();
    assertThat(to()).isEqualTo("a");
    cluster.round();
    var calm = copier.calls;
    cluster.round();
    cluster.put("{apiVersion: v1, kind: Secret, metadata: {name: other, namespace: shop}}");
    cluster.round();
    assertThat(copier.calls).isEqualTo(calm);
    from("b");
    cluster.round();
    assertThat(to()).isEqualTo("b");
  }

  @Test
  void whatWasRefusedIsTriedAgain() {
    refused = true;
    for (var round = 1; round <= 2; round++) {
      assertThatThrownBy(cluster::round).hasMessage("not now");
      assertThat(copier.calls).isEqualTo(round);
    }
    refused = false;
    cluster.round();
    assertThat(to()).isEqualTo("a");
  }
}
