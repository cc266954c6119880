package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.PostgresRecovery;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.faults.Approver;
import dev.salvor.testkit.faults.OperatorProcess;
import dev.salvor.testkit.faults.Picture;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.faults.Trial;
import dev.salvor.testkit.models.BucketModel;
import dev.salvor.testkit.models.CnpgInstallation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A recovered database is a database: it can be recovered again, from its new lineage. */
class SecondRecoveryTest {
  private static final Ref AGAIN = Kinds.POSTGRES_RECOVERY.ref("shop", "again");

  private final DatabaseShop shop = new DatabaseShop().underFlux();

  @Test
  void theSecondRecoveryGoesFromTheSecondLineageIntoTheThird() {
    var uid = shop.db().uid();
    assertThat(play(shop.recovers(DatabaseScenarios.toMoment(shop))).stage().phase())
        .isEqualTo("Succeeded");
    assertThat(shop.lineage()).isEqualTo("db-v2");
    var moment = shop.insert("good-order-3");
    shop.insert("damage-again");
    shop.archiveWal();
    shop.insert("later");
    shop.archiveWal();
    assertThat(shop.rows())
        .containsExactly("order-1", "good-order-2", "good-order-3", "damage-again", "later");
    var course =
        play(
            again(
                "target: {time: \"%s\"}\nallowUnproven: true\nstrategy: Swap\n".formatted(moment)));
    var status = course.stage().resource().at("/status");
    assertThat(course.stage().phase()).as(status.toPrettyString()).isEqualTo("Succeeded");
    assertThat(status.at("/facts/postgres/point/serverName").asText()).isEqualTo("db-v2");
    assertThat(shop.rows()).containsExactly("order-1", "good-order-2", "good-order-3");
    assertThat(shop.lineage()).isEqualTo("db-v3");
    assertThat(shop.db().uid()).isEqualTo(uid);
    assertThat(shop.flux.of(DatabaseShop.APPS).toString()).contains("\"serverName\":\"db-v3\"");
    assertThat(shop.cnpg.archive().backups(CnpgInstallation.DESTINATION, "db-v3")).isNotEmpty();
  }

  private Stage again(String spec) {
    shop.cluster.with(new Approver(AGAIN), new Committer(shop.flux, AGAIN, DatabaseShop.APPS));
    shop.cluster.settle();
    var before = Picture.of(shop.cluster);
    shop.cluster.put(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: PostgresRecovery
        metadata: {name: again, namespace: shop, finalizers: [recovery.salvor.dev/finalizer]}
        spec:
          cluster: db
        """
            + spec.indent(2));
    var bucket = new BucketModel(shop.cnpg.archive());
    return new Stage(
        shop.cluster,
        _ -> {},
        AGAIN,
        "shop",
        before,
        port -> OperatorProcess.of(PostgresRecovery.class, Processes.recovery(port, bucket)));
  }

  private static Trial.Course play(Stage stage) {
    return new Trial(new Scenario("once", "", () -> stage), List.of()).play();
  }
}
