package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.faults.Trial;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an ArchiveReset leaves is worth something only if a database comes back from it. */
class AfterResetTest {
  /** The database is on timeline 2, whose history file only the old lineage has. */
  @Test
  void aDatabaseComesBackFromTheLineageThatAResetBegan() {
    var shop = new DatabaseShop().underFlux().withStrangers();
    assertThat(play(shop.resets()).stage().phase()).isEqualTo("Succeeded");
    assertThat(shop.lineage()).isEqualTo("db-v2");
    shop.insert("order-after-the-reset");
    shop.archiveWal();
    shop.archiveWal();
    var course = play(shop.recovers("strategy: Beside\n"));
    var status = course.stage().resource().at("/status");
    assertThat(course.stage().phase()).as(status.toPrettyString()).isEqualTo("Succeeded");
    var point = status.at("/facts/postgres/point");
    assertThat(point.path("serverName").asText()).isEqualTo("db-v2");
    assertThat(point.path("timeline").asInt()).isEqualTo(2);
    assertThat(point.path("followed").asBoolean()).isTrue();
    var copy = Kinds.CLUSTER.ref("shop", "db-r1");
    assertThat(
            shop.cluster
                .get(copy)
                .orElseThrow()
                .text("/spec/bootstrap/recovery/recoveryTarget/targetTLI"))
        .isEqualTo("latest");
    assertThat(shop.cnpg.rows(shop.cluster.world(), copy))
        .contains("order-after-the-reset")
        .isEqualTo(shop.rows());
  }

  private static Trial.Course play(Stage stage) {
    return new Trial(new Scenario("once", "", () -> stage), List.of()).play();
  }
}
