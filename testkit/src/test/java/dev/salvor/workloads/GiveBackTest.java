package dev.salvor.workloads;

import static dev.salvor.workloads.Shop.RUN;
import static dev.salvor.workloads.Shop.book;
import static dev.salvor.workloads.Shop.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Giving back what consumers had (swap.md 1.2 line 12, invariant 4). */
class GiveBackTest {
  private final Shop shop = new Shop();
  private final ScaleDownConsumers down = new ScaleDownConsumers(shop.cluster, shop.destroyer, RUN);
  private final ScaleUpConsumers up = new ScaleUpConsumers(shop.cluster, RUN);

  @Test
  void nobodyStartsBeforeEveryClaimIsBoundToTheVolumeOfThePlan() {
    shop.put(Yaml.DB).cluster.settle();
    var facts = find("data-db-0", "data-db-1");
    shop.drive(book(down), shop.journal(facts));
    var claim = shop.get(Kinds.PVC, "data-db-1").json().deepCopy();
    claim.withObject("/status").put("phase", "Pending");
    shop.cluster.update(claim);
    assertThat(outcome(up.act(facts, shop.moment()))).contains("claim data-db-1 is not bound");
    shop.cluster.delete(Kinds.PVC.ref("shop", "data-db-1"));
    claim.withObject("/spec").put("volumeName", "pv-spare");
    claim.withObject("/metadata").remove(List.of("resourceVersion", "uid"));
    shop.cluster.create(claim);
    assertThat(outcome(up.act(facts, shop.moment()))).startsWith("ClaimBoundElsewhere");
    assertThat(replicas("db")).isZero();
  }

  @Test
  void whoWasScaledBySomebodyElseMeanwhileIsLeftAsHeIs() {
    shop.put(Yaml.WEB).cluster.settle();
    var facts = find("data");
    shop.drive(book(down), shop.journal(facts));
    scale("web", 5);
    shop.drive(book(up), shop.journal(facts));
    var web = shop.get(Kinds.DEPLOYMENT, "web");
    assertThat(web.number("/spec/replicas", 0)).isEqualTo(5);
    assertThat(web.annotations()).doesNotContainKeys(Marks.HELD_BY, Marks.BEFORE, Quiet.SINCE);
  }

  @Test
  void whoseMarksWereTakenAwayIsStillGivenBackFromTheFacts() {
    shop.put(Yaml.WEB).put(Yaml.REPORT).cluster.settle();
    var facts = find("data");
    shop.drive(book(down), shop.journal(facts));
    for (var kind : List.of(Kinds.DEPLOYMENT, Kinds.CRON_JOB)) strip(kind);
    shop.drive(book(up), shop.journal(facts));
    assertThat(shop.get(Kinds.DEPLOYMENT, "web").number("/spec/replicas", 0)).isEqualTo(2);
    assertThat(shop.get(Kinds.CRON_JOB, "report").flag("/spec/suspend")).isFalse();
  }

  @Test
  void theUndoDoesNotStartWhatAPersonHadStopped() {
    shop.put(Yaml.WEB).cluster.settle();
    var facts = find("data");
    scale("web", 0);
    assertThat(outcome(down.undo(facts, shop.moment()))).startsWith("done");
    assertThat(shop.get(Kinds.DEPLOYMENT, "web").number("/spec/replicas", 9)).isZero();
  }

  private Facts find(String... claims) {
    return shop.look(new FindConsumers(shop.cluster, RUN, Scope.Volumes), shop.facts(claims));
  }

  private void scale(String deployment, int replicas) {
    var object = shop.get(Kinds.DEPLOYMENT, deployment).json().deepCopy();
    object.withObject("/spec").put("replicas", replicas);
    shop.cluster.update(object);
  }

  private void strip(Kind kind) {
    for (var seen : shop.cluster.list(kind, "shop")) {
      var object = seen.json().deepCopy();
      object.withObject("/metadata").remove("annotations");
      shop.cluster.update(object);
    }
  }

  private long replicas(String statefulSet) {
    return shop.get(Kinds.STATEFUL_SET, statefulSet).number("/spec/replicas", 9);
  }
}
