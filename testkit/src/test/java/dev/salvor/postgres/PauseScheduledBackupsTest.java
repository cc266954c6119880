package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.engine.Outcome;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PauseScheduledBackupsTest {
  private final SwapShop shop = SwapShop.withPlugin();
  private final PauseScheduledBackups pause = new PauseScheduledBackups(shop.cluster, SwapShop.RUN);

  private static Map<String, String> picture(SwapShop shop) {
    return shop.picture(Kinds.SCHEDULED_BACKUP, Kinds.POOLER);
  }

  @Test
  void pausedAndGivenBackThroughAnyFault() {
    var untouched = picture(shop);
    SwapFaults.hold(
        SwapShop::withPlugin,
        each -> {
          var facts = each.facts();
          var act = new PauseScheduledBackups(each.cluster, SwapShop.RUN);
          assertThat(each.drive(act, facts)).isInstanceOf(Outcome.Done.class);
          assertThat(flag(each, Kinds.SCHEDULED_BACKUP, "nightly", "/spec/suspend")).isTrue();
          assertThat(flag(each, Kinds.POOLER, "pool", "/spec/pgbouncer/paused")).isTrue();
          var resume = new ResumeScheduledBackups(each.cluster, SwapShop.RUN);
          assertThat(each.drive(resume, facts)).isInstanceOf(Outcome.Done.class);
          assertThat(picture(each)).isEqualTo(untouched);
          return "";
        },
        4);
  }

  @Test
  void whatSomebodyResumesIsPausedAgainThroughAnyFault() {
    SwapFaults.hold(
        SwapShop::withPlugin,
        each -> {
          var facts = each.facts();
          var act = new PauseScheduledBackups(each.cluster, SwapShop.RUN);
          assertThat(each.drive(act, facts)).isInstanceOf(Outcome.Done.class);
          var nightly = Kinds.SCHEDULED_BACKUP.ref("shop", "nightly");
          var resumed = each.cluster.world().get(nightly).orElseThrow();
          resumed.withObject("/spec").put("suspend", false);
          each.cluster.update(resumed);
          assertThat(each.drive(act, facts)).isInstanceOf(Outcome.Done.class);
          assertThat(flag(each, Kinds.SCHEDULED_BACKUP, "nightly", "/spec/suspend")).isTrue();
          return picture(each);
        },
        3);
  }

  @Test
  void takenBackFromAnywhere() {
    var untouched = picture(shop);
    var facts = shop.facts();
    for (var calls = 0; calls < 4; calls++) {
      for (var i = 0; i < calls; i++) pause.act(facts, shop.moment(Duration.ZERO));
      assertThat(shop.takeBack(pause, facts)).isInstanceOf(Outcome.Done.class);
      assertThat(picture(shop)).isEqualTo(untouched);
    }
  }

  @Test
  void aBackupThatIsBeingMadeIsWaitedForAndNamed() {
    shop.operator.backups = "running";
    shop.cluster.create(
        Manifests.one(
            "{apiVersion: postgresql.cnpg.io/v1, kind: Backup, metadata: {name: big, namespace: shop}, spec: {cluster: {name: db}}}"));
    var facts = shop.facts();
    shop.cluster.round();
    for (var i = 0; i < 2; i++) pause.act(facts, shop.moment(Duration.ZERO));
    var waiting = (Outcome.Waiting) pause.act(facts, shop.moment(Duration.ZERO));
    assertThat(waiting.message()).contains("Backup big");
    shop.operator.backups = "completed";
    assertThat(shop.drive(pause, facts)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void oneThatWasMadeAgainIsTheirs() {
    var facts = shop.facts();
    var ref = Kinds.SCHEDULED_BACKUP.ref("shop", "nightly");
    var again = shop.cluster.world().get(ref).orElseThrow();
    shop.cluster.delete(ref);
    shop.cluster.create(again);
    assertThat(shop.drive(pause, facts)).isInstanceOf(Outcome.Done.class);
    assertThat(flag(shop, Kinds.SCHEDULED_BACKUP, "nightly", "/spec/suspend")).isFalse();
  }

  private static boolean flag(SwapShop shop, dev.salvor.kube.Kind kind, String name, String at) {
    return shop.cluster.get(kind.ref("shop", name)).orElseThrow().flag(at);
  }
}
