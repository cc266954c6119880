package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.kube.Kinds;
import dev.salvor.postgres.SwitchArchive.Direction;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwitchArchiveTest {
  private static SwapShop asleep(boolean plugin, @Nullable String name) {
    var shop = new SwapShop(plugin, name);
    shop.drive(shop.hibernate(), shop.facts());
    return shop;
  }

  private static SwitchArchive to(SwapShop shop, Direction direction) {
    return new SwitchArchive(shop.cluster, SwapShop.RUN, direction);
  }

  @ParameterizedTest
  @CsvSource({"true,", "true,db-old", "false,", "false,db-old"})
  void thereAndBackInBothGenerations(boolean plugin, @Nullable String name) {
    var shop = asleep(plugin, name);
    var before = shop.picture(Kinds.CLUSTER);
    var facts = shop.facts();
    assertThat(shop.drive(to(shop, Direction.FORWARD), facts)).isInstanceOf(Outcome.Done.class);
    assertThat(Lineage.explicit(shop.db().copyOfJson())).isEqualTo("db-v2");
    assertThat(only(shop)).isEqualTo("db-v2");
    assertThat(shop.drive(to(shop, Direction.BACK), facts)).isInstanceOf(Outcome.Done.class);
    assertThat(shop.picture(Kinds.CLUSTER)).isEqualTo(before);
  }

  /** The field is the only one that changed. */
  private static String only(SwapShop shop) {
    var json = shop.db().copyOfJson();
    return shop.plugin
        ? json.at("/spec/plugins/1/parameters/serverName").asText()
            + (json.at("/spec/plugins/0/name").asText().equals("other.example.org") ? "" : "?")
        : json.at("/spec/backup/barmanObjectStore/serverName").asText();
  }

  @ParameterizedTest
  @CsvSource({"FORWARD,true,", "FORWARD,false,db-old", "BACK,true,db-old", "BACK,false,"})
  void takenBackItIsAsBefore(Direction direction, boolean plugin, @Nullable String name) {
    for (var calls = 0; calls < 3; calls++) {
      var shop = asleep(plugin, name);
      var facts = shop.facts();
      if (direction == Direction.BACK) shop.drive(to(shop, Direction.FORWARD), facts);
      var before = shop.picture(Kinds.CLUSTER);
      for (var i = 0; i < calls; i++) to(shop, direction).act(facts, shop.moment(Duration.ZERO));
      assertThat(shop.takeBack(to(shop, direction), facts)).isInstanceOf(Outcome.Done.class);
      assertThat(shop.picture(Kinds.CLUSTER)).isEqualTo(before);
    }
  }

  @Test
  void anyFaultEndsAsTheUndisturbedRun() {
    for (var plugin : List.of(true, false))
      SwapFaults.hold(
          () -> asleep(plugin, null),
          shop -> {
            var facts = shop.facts();
            assertThat(shop.drive(to(shop, Direction.FORWARD), facts))
                .isInstanceOf(Outcome.Done.class);
            var there = only(shop);
            assertThat(shop.takeBack(to(shop, Direction.FORWARD), facts))
                .isInstanceOf(Outcome.Done.class);
            return there + shop.picture(Kinds.CLUSTER);
          },
          2);
  }

  @Test
  void itWaitsWhileAPodRuns() {
    var shop = SwapShop.withPlugin();
    var facts = shop.facts();
    for (var direction : List.of(Direction.FORWARD)) {
      var outcome = to(shop, direction).act(facts, shop.moment(Duration.ZERO));
      assertThat(((Outcome.Waiting) outcome).message()).contains("pod db-2 (Running)");
    }
    assertThat(shop.cluster.count()).isZero();
  }

  @Test
  void liveItDoesNotWait() {
    var shop = SwapShop.withPlugin();
    var before = shop.picture(Kinds.CLUSTER);
    var facts = shop.facts();
    assertThat(shop.drive(to(shop, Direction.LIVE), facts)).isInstanceOf(Outcome.Done.class);
    assertThat(only(shop)).isEqualTo("db-v2");
    assertThat(shop.takeBack(to(shop, Direction.LIVE), facts)).isInstanceOf(Outcome.Done.class);
    assertThat(shop.picture(Kinds.CLUSTER)).isEqualTo(before);
  }

  @Test
  void whatRunsBelongsToTheLineageItHad() {
    var shop = asleep(true, null);
    var facts = shop.facts();
    shop.drive(to(shop, Direction.FORWARD), facts);
    // a person wakes it before the claims were exchanged
    change(shop, db -> db.withObject("/metadata/annotations").remove(Cnpg.HIBERNATION));
    shop.cluster.settle();
    assertThat(InstancePods.of(shop.cluster, shop.db())).isNotEmpty();
    assertThat(shop.takeBack(to(shop, Direction.FORWARD), facts)).isInstanceOf(Outcome.Done.class);
    assertThat(Lineage.explicit(shop.db().copyOfJson())).isEmpty();
  }

  @Test
  void aThirdLineageIsSomebodysWork() {
    var shop = asleep(true, null);
    var facts = shop.facts();
    change(shop, db -> Archiving.rename(db, "db-v7"));
    refused(shop, facts, "ArchiveChanged", "db-v7");
    change(shop, db -> ((ObjectNode) db.get("spec")).remove("plugins"));
    refused(shop, facts, "ArchiveChanged", "archives nowhere");
    assertThat(shop.takeBack(to(shop, Direction.FORWARD), facts)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void anotherClusterOfTheNameIsNotTouched() {
    var shop = asleep(true, null);
    var facts = shop.facts();
    shop.cluster.delete(CnpgCluster.ref("shop", "db"));
    shop.cluster.create(SwapShopManifests.cluster(true, null));
    refused(shop, facts, "ClusterChanged", "another one has its name");
    assertThat(shop.takeBack(to(shop, Direction.FORWARD), facts)).isInstanceOf(Outcome.Done.class);
  }

  private static void refused(SwapShop shop, Facts facts, String reason, String message) {
    var writes = shop.cluster.count();
    var failed = (Failed) shop.drive(to(shop, Direction.FORWARD), facts);
    assertThat(failed.reason()).isEqualTo(reason);
    assertThat(failed.message()).contains(message);
    assertThat(shop.cluster.count()).isEqualTo(writes);
  }

  private static void change(SwapShop shop, java.util.function.Consumer<ObjectNode> change) {
    var db = shop.cluster.world().get(CnpgCluster.ref("shop", "db")).orElseThrow();
    change.accept(db);
    shop.cluster.update(db);
  }
}
