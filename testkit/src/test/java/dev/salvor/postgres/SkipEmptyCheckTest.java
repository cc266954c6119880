package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.engine.Outcome;
import dev.salvor.kube.Kinds;
import org.junit.jupiter.api.Test;

class SkipEmptyCheckTest {
  @Test
  void theCheckIsOffOnlyMeanwhileThroughAnyFault() {
    SwapFaults.hold(
        SwapShop::withPlugin,
        each -> {
          var before = each.picture(Kinds.CLUSTER);
          var facts = each.facts();
          var skip = new SkipEmptyCheck(each.cluster, SwapShop.RUN);
          assertThat(each.drive(skip, facts)).isInstanceOf(Outcome.Done.class);
          assertThat(each.db().seen().annotation(SkipEmptyCheck.ANNOTATION)).isEqualTo("enabled");
          var end = new SkipEmptyCheck.End(each.cluster, SwapShop.RUN);
          assertThat(each.drive(end, facts)).isInstanceOf(Outcome.Done.class);
          assertThat(each.picture(Kinds.CLUSTER)).isEqualTo(before);
          return "";
        },
        2);
  }

  @Test
  void aPersonsOwnAnnotationStays() {
    var shop = SwapShop.withPlugin();
    var db = shop.cluster.world().get(CnpgCluster.ref("shop", "db")).orElseThrow();
    db.withObject("/metadata/annotations").put(SkipEmptyCheck.ANNOTATION, "enabled");
    shop.cluster.update(db);
    var facts = shop.facts();
    shop.drive(new SkipEmptyCheck(shop.cluster, SwapShop.RUN), facts);
    shop.takeBack(new SkipEmptyCheck(shop.cluster, SwapShop.RUN), facts);
    shop.drive(new SkipEmptyCheck.End(shop.cluster, SwapShop.RUN), facts);
    assertThat(shop.cluster.count()).isZero();
    assertThat(shop.db().seen().annotation(SkipEmptyCheck.ANNOTATION)).isEqualTo("enabled");
  }
}
