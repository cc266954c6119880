package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Marks;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.kube.Kinds;
import org.junit.jupiter.api.Test;

class AdoptionTest {
  private final LostShop shop = new LostShop();
  private final Journey journey = shop.journey();

  @Test
  void theClusterIsMadeAnewOverTheRecoveredVolumes() {
    var before = CnpgCluster.read(shop.cluster, "shop", "db").orElseThrow();
    assertThat(shop.rows()).containsExactly("good", "also-good", "damage");
    assertThat(journey.run()).as(journey.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.rows()).containsExactly("good", "also-good");
    var now = CnpgCluster.read(shop.cluster, "shop", "db").orElseThrow();
    assertThat(now.uid()).isNotEqualTo(before.uid());
    assertThat(journey.facts().postgres().knownDatabase().uid()).isEqualTo(now.uid());
    assertThat(now.systemId()).isEqualTo(before.systemId());
    assertThat(now.healthy()).isTrue();
    assertThat(now.primary()).isEqualTo("db-1");
    assertThat(shop.secrets()).isEqualTo(shop.secrets);
    assertThat(now.seen().labels()).doesNotContainKey(Marks.RUN).containsEntry("team", "a");
    assertThat(now.seen().annotations()).doesNotContainKeys(Marks.HELD_BY, Cnpg.RECONCILIATION);
    assertThat(shop.cluster.get(SavedSecrets.ref(LostShop.RUN, "shop"))).isEmpty();
    for (var volume : shop.facts.volumes()) {
      var old = java.util.Objects.requireNonNull(volume.old());
      assertThat(shop.cluster.get(Kinds.PV.ref(old.name()))).as("the old data").isPresent();
    }
  }
}
