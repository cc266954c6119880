package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.engine.Sight;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UndoInspectTest {
  private final SwapShop shop = SwapShop.withPlugin();
  private final UndoInspect inspect = new UndoInspect(shop.cluster, SwapShop.RUN);

  private Sight<Facts> look(Facts facts) {
    return inspect.look(facts, shop.moment(Duration.ZERO));
  }

  @Test
  void whatToGoBackToStaysAndWhatIsThereIsReadAnew() {
    var facts = shop.exchanged();
    shop.drive(new Wake(shop.cluster, SwapShop.RUN), facts);
    for (var claim : new String[] {"db-4", "db-4-wal"})
      shop.cluster.put(SwapShopManifests.bound(claim, shop.db().uid()));
    var seen = ((Sight.Seen<Facts>) look(facts)).facts().postgres().knownDatabase();
    assertThat(seen.others()).containsExactly("db-4", "db-4-wal");
    var before = facts.postgres().knownDatabase();
    assertThat(seen.archive()).isEqualTo(before.archive());
    assertThat(seen.manifest()).isEqualTo(before.manifest());
    assertThat(seen.primary()).isEqualTo("db-2");
  }

  @Test
  void anotherPrimaryHasToSwitchOverFirst() {
    var facts = shop.facts();
    status("db-3", "db-3");
    var failed = ((Sight.Refused<Facts>) look(facts)).failed();
    assertThat(failed.reason()).isEqualTo("UndoImpossible");
    assertThat(failed.remedy()).contains("kubectl cnpg promote -n shop db db-2");
  }

  @Test
  void aSwitchoverIsWaitedFor() {
    status("db-2", "db-3");
    assertThat(look(shop.facts())).isInstanceOf(Sight.NotYet.class);
  }

  @Test
  void anotherClusterHasNoUndo() {
    var facts = shop.facts();
    shop.cluster.delete(CnpgCluster.ref("shop", "db"));
    assertThat(((Sight.Refused<Facts>) look(facts)).failed().message()).contains("not exist");
    shop.cluster.create(SwapShopManifests.cluster(true, null));
    assertThat(((Sight.Refused<Facts>) look(facts)).failed().message()).contains("made anew");
  }

  private void status(String primary, String target) {
    var db = shop.cluster.world().get(CnpgCluster.ref("shop", "db")).orElseThrow();
    db.withObject("/status").put("currentPrimary", primary).put("targetPrimary", target);
    shop.cluster.update(db);
  }
}
