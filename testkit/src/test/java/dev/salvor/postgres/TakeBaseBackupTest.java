package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.engine.Outcome;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TakeBaseBackupTest {
  private static List<Seen> made(SwapShop shop) {
    return shop.cluster.list(Kinds.DATABASE_BACKUP, "shop");
  }

  private static TakeBaseBackup take(SwapShop shop) {
    return new TakeBaseBackup(shop.cluster, SwapShop.RUN);
  }

  @Test
  void oneThroughAnyFault() {
    for (var plugin : List.of(true, false))
      SwapFaults.hold(
          () -> new SwapShop(plugin, null),
          shop -> {
            assertThat(shop.drive(take(shop), shop.facts())).isInstanceOf(Outcome.Done.class);
            assertThat(made(shop)).hasSize(1);
            var method = made(shop).getFirst().text("/spec/method");
            assertThat(method).isEqualTo(plugin ? "plugin" : "barmanObjectStore");
            return "";
          },
          1);
  }

  @Test
  void aFailedOneIsToldAndTheNextTryMakesAnother() {
    var shop = SwapShop.withPlugin();
    shop.operator.backups = "failed";
    var facts = shop.facts();
    var failed = (Failed) shop.drive(take(shop), facts);
    assertThat(failed.reason()).isEqualTo("BaseBackupFailed");
    assertThat(made(shop)).hasSize(1);
    shop.cluster.advance(Duration.ofMinutes(1));
    shop.operator.asleep = true;
    var moment = shop.moment(Duration.ZERO);
    assertThat(take(shop).act(facts, moment)).isInstanceOf(Outcome.Waiting.class);
    assertThat(take(shop).act(facts, moment)).isInstanceOf(Outcome.Waiting.class);
    assertThat(made(shop)).hasSize(2);
    shop.operator.asleep = false;
    shop.operator.backups = "completed";
    assertThat(shop.drive(take(shop), facts)).isInstanceOf(Outcome.Done.class);
    assertThat(made(shop)).hasSize(2);
  }

  @Test
  void oneOfAnEarlierClusterOfTheNameDoesNotCount() {
    var shop = SwapShop.withPlugin();
    shop.drive(take(shop), shop.facts());
    shop.cluster.advance(Duration.ofMinutes(1));
    shop.cluster.delete(CnpgCluster.ref("shop", "db"));
    shop.cluster.create(SwapShopManifests.cluster(true, null));
    assertThat(shop.drive(take(shop), shop.facts())).isInstanceOf(Outcome.Done.class);
    assertThat(made(shop)).hasSize(2);
  }
}
