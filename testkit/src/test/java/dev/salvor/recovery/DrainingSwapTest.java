package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.faults.Trial;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The newest moment by Swap, while the primary lives: the copy follows until nobody writes. */
class DrainingSwapTest {
  private final DatabaseShop shop = new DatabaseShop().underFlux();
  private final BusyWriter writer = new BusyWriter(shop.cnpg, DatabaseShop.DB);

  @Test
  void notOneCommittedRowIsLost() {
    var uid = shop.db().uid();
    shop.cluster.with(writer);
    var course = play(shop.recovers(DatabaseScenarios.NEWEST));
    assertThat(course.stage().phase()).as(message(course)).isEqualTo("Succeeded");
    assertThat(shop.rows())
        .contains("good-order-2", "old-damage", "old-orders")
        .containsAll(writer.acknowledged());
    assertThat(writer.acknowledged()).hasSizeGreaterThan(3);
    assertThat(shop.db().uid()).isEqualTo(uid);
    assertThat(shop.lineage()).isEqualTo("db-v2");
    assertThat(shop.cluster.list(Kinds.CLUSTER, "shop")).hasSize(1);
    assertThat(shop.cluster.list(Kinds.JOB, "shop")).isEmpty();
  }

  private static String message(Trial.Course course) {
    return course.stage().resource().at("/status/message").asText()
        + course.stage().resource().at("/status/steps").toPrettyString();
  }

  static Trial.Course play(Stage stage) {
    return new Trial(new Scenario("once", "", () -> stage), List.of()).play();
  }
}
