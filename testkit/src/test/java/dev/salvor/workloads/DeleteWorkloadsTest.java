package dev.salvor.workloads;

import static dev.salvor.workloads.Shop.RUN;
import static dev.salvor.workloads.Shop.book;
import static dev.salvor.workloads.Shop.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.Strategy;
import dev.salvor.engine.Journal;
import dev.salvor.kube.Kinds;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What makes way for a Restore, and the pods that a Restore brought (catalogue A1.6, A1.7; N22).
 */
class DeleteWorkloadsTest {
  private final Shop shop = new Shop();
  private final DeleteWorkloads delete = new DeleteWorkloads(shop.cluster, shop.destroyer, RUN);
  private final RemoveHeldPods remove = new RemoveHeldPods(shop.cluster, shop.destroyer, RUN);

  @Test
  void controllersGoFirstAndEverythingTheyMadeGoesWithThem() {
    var facts = everything();
    var journal = shop.drive(book(delete), shop.journal(facts));
    assertThat(journal.in("DeleteWorkloads", Journal.State.DONE)).isTrue();
    for (var kind :
        List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.REPLICA_SET, Kinds.CRON_JOB, Kinds.POD))
      assertThat(shop.cluster.list(kind, "shop")).isEmpty();
    assertThat(shop.cluster.list(Kinds.PVC, "shop")).hasSize(5);
    assertThat(shop.cluster.writes())
        .extracting(write -> write.kind().kind())
        .endsWith("Pod", "Pod");
  }

  @Test
  void everyWriteSurvivesEveryFault() {
    Faulty.holds(() -> {
      var fresh = new DeleteWorkloadsTest();
      var facts = fresh.everything();
      return new Faulty(fresh.shop, book(fresh.delete), fresh.shop.journal(facts));
    });
  }

  @Test
  void whoHoldsAPodIsSaidAndItsFinalizerStays() {
    shop.put(Yaml.pod("stuck", ", finalizers: [shop/late]", "Running"));
    var facts = facts();
    shop.settle(moment -> delete.act(facts, moment));
    shop.cluster.settle();
    assertThat(outcome(delete.act(facts, shop.moment())))
        .contains("pod shop/stuck")
        .contains("held by its finalizers shop/late");
    assertThat(shop.get(Kinds.POD, "stuck").at("/metadata/finalizers").size()).isEqualTo(1);
  }

  @Test
  void theSuccessorOfAVictimIsNotDeletedButStopsTheRecoveryIfItUsesTheClaims() {
    var facts = everything();
    shop.cluster.delete(Kinds.DEPLOYMENT.ref("shop", "web"));
    shop.cluster.settle();
    shop.put(Yaml.WEB).cluster.settle();
    assertThat(outcome(shop.settle(moment -> delete.act(facts, moment)))).startsWith("NewConsumer");
    assertThat(shop.get(Kinds.DEPLOYMENT, "web").terminating()).isFalse();
  }

  @Test
  void removesTheHeldPodsOfTheRestoreByWhateverMarkTheyBear() {
    var facts = shop.facts("data");
    shadow();
    held("by-run", Marks.RUN + ": " + RUN.uid());
    held("by-restore", "velero.io/restore-name: " + RUN.restoreName(1));
    var journal = shop.drive(book(remove), shop.journal(facts));
    assertThat(journal.in("RemoveHeldPods", Journal.State.DONE)).isTrue();
    assertThat(shop.cluster.list(Kinds.POD, Shop.SHADOW)).isEmpty();
  }

  @Test
  void aPodOfSomebodyElseIsNamedAndLeft() {
    var facts = shop.facts("data");
    shadow();
    held("curious", "app: debug");
    assertThat(outcome(shop.settle(moment -> remove.act(facts, moment))))
        .contains("pod " + Shop.SHADOW + "/curious");
    assertThat(shop.cluster.writes()).isEmpty();
  }

  @Test
  void waitsUntilNoNodeHasTheVolumeAttached() {
    var facts = shop.facts("data");
    shop.put(
        """
        apiVersion: storage.k8s.io/v1
        kind: VolumeAttachment
        metadata: {name: csi-1}
        spec: {nodeName: n1, source: {persistentVolumeName: pv-data}}
        """);
    assertThat(outcome(remove.act(facts, shop.moment())))
        .contains("the attachment of volume pv-data to node n1");
    shop.cluster.delete(Kinds.VOLUME_ATTACHMENT.ref("csi-1"));
    assertThat(outcome(remove.act(facts, shop.moment()))).startsWith("done");
  }

  @Test
  void inPlaceTheHeldPodsAreInTheNamespaceItself() {
    shop.put(
        Yaml.pod(
            "web-1", ", labels: {velero.io/restore-name: " + RUN.restoreName(1) + "}", "Running"));
    var facts = shop.facts("data").withStrategy(Strategy.InPlace);
    shop.drive(book(remove), shop.journal(facts));
    assertThat(shop.pods()).isEmpty();
  }

  private void shadow() {
    shop.put("{apiVersion: v1, kind: Namespace, metadata: {name: " + Shop.SHADOW + "}}");
  }

  private void held(String name, String label) {
    shop.put(
        Yaml.pod(name, ", labels: {" + label + "}", "Running")
            .replace("namespace: shop", "namespace: " + Shop.SHADOW));
  }

  private Facts everything() {
    shop.put(Yaml.ALL).put(Yaml.pod("lonely", "", "Running")).cluster.settle();
    return facts();
  }

  private Facts facts() {
    return shop.look(new FindConsumers(shop.cluster, RUN, Scope.Namespace), shop.facts("data"));
  }
}
