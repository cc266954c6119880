package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HibernateTest {
  private final SwapShop shop = SwapShop.withPlugin();

  @Test
  void allPodsGoAndTheClusterSaysSo() {
    assertThat(shop.drive(shop.hibernate(), shop.facts())).isInstanceOf(Outcome.Done.class);
    assertThat(shop.db().hibernated()).isTrue();
    assertThat(InstancePods.of(shop.cluster, shop.db())).isEmpty();
    assertThat(shop.cluster.get(Kinds.POD.ref("shop", "pool-1")))
        .as("the Pooler's pod")
        .isPresent();
  }

  @Test
  void takenBackItRunsAsBefore() {
    var before = shop.picture(Kinds.CLUSTER);
    var facts = shop.facts();
    for (var ticks = 0; ticks < 8; ticks++) {
      for (var i = 0; i < ticks; i++) {
        shop.hibernate().act(facts, shop.moment(Duration.ZERO));
        shop.cluster.advance(Duration.ofSeconds(1));
      }
      assertThat(shop.takeBack(shop.hibernate(), facts)).isInstanceOf(Outcome.Done.class);
      shop.cluster.settle();
      assertThat(shop.picture(Kinds.CLUSTER)).isEqualTo(before);
      assertThat(shop.db().healthy()).as("after %d ticks", ticks).isTrue();
    }
  }

  @Test
  void whatHasBegunComesToItsEndBeforeItWakesOrAnotherInstanceWouldTakeOver() {
    var facts = shop.facts();
    while (shop.db().condition(Cnpg.HIBERNATION).isEmpty()) {
      shop.hibernate().act(facts, shop.moment(Duration.ZERO));
      shop.cluster.advance(Duration.ofSeconds(1));
    }
    var pods = InstancePods.of(shop.cluster, shop.db());
    assertThat(pods).hasSize(2);
    var waits = (Outcome.Waiting) shop.hibernate().undo(facts, shop.moment(Duration.ZERO));
    assertThat(waits.message()).contains("has begun", pods.getFirst().name());
    assertThat(shop.db().hibernationAsked()).isTrue();
    assertThat(shop.takeBack(shop.hibernate(), facts)).isInstanceOf(Outcome.Done.class);
    assertThat(shop.operator.wokenHalfWay).isFalse();
    assertThat(shop.db().hibernationAsked()).isFalse();
  }

  @Test
  void aHibernationThatHangsIsTakenBackInTheEnd() {
    var facts = shop.facts();
    while (shop.db().condition(Cnpg.HIBERNATION).isEmpty()) {
      shop.hibernate().act(facts, shop.moment(Duration.ZERO));
      shop.cluster.advance(Duration.ofSeconds(1));
    }
    shop.operator.asleep = true;
    var late = shop.moment(shop.hibernate().deadline().plusSeconds(1));
    shop.hibernate().undo(facts, late);
    assertThat(shop.db().hibernationAsked()).isFalse();
  }

  @Test
  void replicasThatJoinAreWaitedForOnTheWayBack() {
    shop.operator.unhealthy = true;
    shop.cluster.settle();
    var facts = shop.facts();
    var back = new Hibernate(shop.cluster, SwapShop.RUN, SwapShop.HELD, Hibernate.AFTER_JOINS);
    back.act(facts, shop.moment(Duration.ZERO));
    shop.cluster.advance(Duration.ofMinutes(10));
    assertThat(back.act(facts, shop.moment(Duration.ofMinutes(10))))
        .isInstanceOfSatisfying(
            Outcome.Waiting.class,
            waits -> assertThat(waits.message()).contains("Setting up primary"));
    shop.operator.unhealthy = false;
    assertThat(shop.drive(back, facts)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void theAnnotationThatWasThereComesBack() {
    change(db -> db.withObject("/metadata/annotations").put(Cnpg.HIBERNATION, "off"));
    var before = shop.picture(Kinds.CLUSTER);
    var facts = shop.facts();
    shop.drive(shop.hibernate(), facts);
    shop.takeBack(shop.hibernate(), facts);
    assertThat(shop.picture(Kinds.CLUSTER)).isEqualTo(before);
  }

  @Test
  void anyFaultEndsAsTheUndisturbedRun() {
    SwapFaults.hold(
        SwapShop::withPlugin,
        shop -> {
          var facts = shop.facts();
          assertThat(shop.drive(shop.hibernate(), facts)).isInstanceOf(Outcome.Done.class);
          assertThat(InstancePods.of(shop.cluster, shop.db())).isEmpty();
          assertThat(shop.takeBack(shop.hibernate(), facts)).isInstanceOf(Outcome.Done.class);
          shop.cluster.settle();
          return shop.picture(Kinds.CLUSTER, Kinds.POD);
        },
        2);
  }

  @Test
  void anUnhealthyClusterIsGivenUpAfterAMinuteAndLeftAsItWas() {
    shop.operator.unhealthy = true;
    shop.cluster.settle();
    var before = shop.picture(Kinds.CLUSTER);
    var facts = shop.facts();
    var started = shop.cluster.now();
    var failed = (Failed) shop.drive(shop.hibernate(), facts);
    assertThat(failed.reason()).isEqualTo("HibernationRefused");
    assertThat(failed.message()).contains("WaitingForHealthy", "Setting up primary");
    assertThat(Duration.between(started, shop.cluster.now()))
        .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(65));
    assertThat(shop.takeBack(shop.hibernate(), facts)).isInstanceOf(Outcome.Done.class);
    assertThat(shop.picture(Kinds.CLUSTER)).isEqualTo(before);
  }

  @Test
  void anOldOperatorThatSaysNothingIsGivenUpToo() {
    shop.operator.asleep = true;
    var failed = (Failed) shop.drive(shop.hibernate(), shop.facts());
    assertThat(failed.reason()).isEqualTo("HibernationRefused");
    assertThat(failed.message()).contains("says nothing");
  }

  @Test
  void aMinuteWithoutAnApiServerIsNotTheOperatorsFault() {
    var facts = shop.facts();
    var late = shop.moment(Duration.ofMinutes(5));
    shop.hibernate().act(facts, late);
    assertThat(shop.hibernate().act(facts, late)).isInstanceOf(Outcome.Waiting.class);
  }

  @Test
  void aRevertedAnnotationIsSetAgain() {
    var facts = shop.facts();
    shop.operator.asleep = true;
    shop.hibernate().act(facts, shop.moment(Duration.ZERO));
    change(db -> db.withObject("/metadata/annotations").remove(Cnpg.HIBERNATION));
    shop.operator.asleep = false;
    assertThat(shop.drive(shop.hibernate(), facts)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void soItIsThroughAnyFault() {
    SwapFaults.hold(
        SwapShop::withPlugin,
        each -> {
          var facts = each.facts();
          each.operator.asleep = true;
          SwapFaults.until(
              each,
              () -> each.hibernate().act(facts, each.moment(Duration.ZERO)),
              () -> each.db().hibernationAsked());
          var db = each.cluster.world().get(CnpgCluster.ref("shop", "db")).orElseThrow();
          db.withObject("/metadata/annotations").remove(Cnpg.HIBERNATION);
          each.cluster.update(db);
          each.operator.asleep = false;
          assertThat(each.drive(each.hibernate(), facts)).isInstanceOf(Outcome.Done.class);
          return each.db().hibernated();
        },
        2);
  }

  @Test
  void gitOpsThatRunsAgainStopsItBeforeAnything() {
    var lost = new Failed("SuspensionLost", "reverted", "stop it");
    var outcome =
        new Hibernate(shop.cluster, SwapShop.RUN, _ -> Optional.of(lost), Hibernate.AT_ONCE)
            .act(shop.facts(), shop.moment(Duration.ZERO));
    assertThat(outcome).isEqualTo(lost);
    assertThat(shop.cluster.count()).isZero();
  }

  @Test
  void anotherClusterOfTheNameIsNotTouched() {
    var facts = shop.facts();
    shop.cluster.delete(CnpgCluster.ref("shop", "db"));
    shop.cluster.create(SwapShopManifests.cluster(true, null));
    assertThat(((Failed) shop.drive(shop.hibernate(), facts)).reason()).isEqualTo("ClusterChanged");
    assertThat(shop.cluster.count()).isZero();
  }

  @Test
  void aClusterHeldByAnotherIsNotTouched() {
    change(db -> db.withObject("/metadata/annotations").put(Marks.HELD_BY, "Other/a/b/c"));
    var failed = (Failed) shop.drive(shop.hibernate(), shop.facts());
    assertThat(failed.reason()).isEqualTo("HeldByAnother");
    assertThat(shop.takeBack(shop.hibernate(), shop.facts())).isInstanceOf(Outcome.Done.class);
    assertThat(shop.cluster.count()).isZero();
  }

  @Test
  void theFinishedPodOfAJobIsNamedWithTheCommand() {
    shop.cluster.put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: db-1-join-x, namespace: shop, labels: {cnpg.io/cluster: db, cnpg.io/jobRole: join}}
        spec: {containers: [{name: join, image: pg}]}
        status: {phase: Succeeded}
        """);
    var facts = shop.facts();
    for (var i = 0; i < 20; i++) {
      shop.hibernate().act(facts, shop.moment(Duration.ZERO));
      shop.cluster.advance(Duration.ofSeconds(1));
    }
    var waiting = (Outcome.Waiting) shop.hibernate().act(facts, shop.moment(Duration.ZERO));
    assertThat(waiting.message())
        .contains("db-1-join-x (Succeeded)", "kubectl -n shop delete pod db-1-join-x");
  }

  private void change(java.util.function.Consumer<ObjectNode> change) {
    var db = shop.cluster.world().get(CnpgCluster.ref("shop", "db")).orElseThrow();
    change.accept(db);
    shop.cluster.update(db);
  }
}
