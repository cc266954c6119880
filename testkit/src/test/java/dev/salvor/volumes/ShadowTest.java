package dev.salvor.volumes;

import static dev.salvor.volumes.Shop.BACKUP;
import static dev.salvor.volumes.Shop.BEFORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Journal.State;
import dev.salvor.engine.Moment;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Scope;
import dev.salvor.kube.Surroundings;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The shadow namespace: what it is made of, and when it goes. */
class ShadowTest {
  private static final String SHADOW = "shop-salvor-0123abcd-1";
  private final Shop shop = new Shop();
  private final Ticks swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));

  @Test
  void itIsMarkedAsStrictAsTheTargetAndClosed() {
    until("CreateShadow");
    var shadow = shop.cluster.get(Kinds.NAMESPACE.ref(SHADOW)).orElseThrow();
    assertThat(shadow.labels())
        .containsEntry("pod-security.kubernetes.io/enforce", "restricted")
        .containsEntry(Marks.EXCLUDE_FROM_BACKUP, "true")
        .containsEntry(Marks.RUN, shop.run.uid())
        .doesNotContainKey("team");
    assertThat(shadow.annotations()).containsEntry("openshift.io/sa.scc.mcs", "s0:c27,c4");
    var policy =
        shop.cluster
            .get(Kinds.NETWORK_POLICY.ref(SHADOW, CreateShadow.NETWORK_POLICY))
            .orElseThrow();
    assertThat(policy.at("/spec").toString())
        .isEqualTo("{\"podSelector\":{},\"policyTypes\":[\"Ingress\",\"Egress\"]}");
  }

  /** Where the chart gave Roles in the target only. */
  @Test
  void whereItHasNoRightsItGivesThemToItselfBeforeAnythingElse() {
    shop.cluster.deny("create", Kinds.NETWORK_POLICY, SHADOW);
    var around =
        new Surroundings(
            "salvor-system", "velero", Set.of(), new Scope(Set.of("shop"), Set.of(), "salvor"));
    var create = new CreateShadow(shop.cluster, shop.destroyer, around, shop.run);
    until("ReadTarget");
    var facts = swap.journal().facts();
    var moment = new Moment(Instant.EPOCH, Instant.EPOCH);
    assertThat(create.act(facts, moment).toString()).contains("namespace " + SHADOW + " created");
    assertThat(create.act(facts, moment).toString()).contains("RoleBinding salvor-shadow created");
    var binding = shop.cluster.get(Kinds.ROLE_BINDING.ref(SHADOW, "salvor-shadow")).orElseThrow();
    assertThat(binding.at("/roleRef/kind").asText()).isEqualTo("ClusterRole");
    assertThat(binding.at("/roleRef/name").asText()).isEqualTo("salvor-shadow");
    assertThat(binding.at("/subjects").toString())
        .isEqualTo(
            "[{\"kind\":\"ServiceAccount\",\"name\":\"salvor\",\"namespace\":\"salvor-system\"}]");
    // RBAC learns of it a moment later
    assertThat(create.act(facts, moment).toString()).contains("exists already, looking again");
    shop.cluster.permit("create", Kinds.NETWORK_POLICY, SHADOW);
    assertThat(create.act(facts, moment).toString()).contains("NetworkPolicy");
    assertThat(create.act(facts, moment).toString()).startsWith("Done");
    // a furnishing of the recovery, not foreign content
    assertThat(new ShadowContent(shop.cluster, shop.run).foreign(SHADOW)).isEmpty();
  }

  @Test
  void aNamespaceOfThatNameThatIsNotOursIsLeftAlone() {
    shop.cluster.put("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(SHADOW));
    assertThat(swap.run()).isEqualTo(Standing.TAKEN_BACK);
    assertThat(swap.failure()).contains("ShadowTaken");
    assertThat(shop.cluster.get(Kinds.NAMESPACE.ref(SHADOW))).isPresent();
  }

  @Test
  void foreignContentKeepsTheNamespaceAndIsNamedButDoesNotStopTheRecovery() {
    until("CreateShadow");
    foreign();
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(swap.journal().of("RemoveShadow").orElseThrow().message())
        .contains("ConfigMap notes")
        .contains("kubectl delete namespace " + SHADOW);
    assertThat(shop.cluster.get(Kinds.CONFIG_MAP.ref(SHADOW, "notes"))).isPresent();
    assertThat(shop.data("data")).isEqualTo(BACKUP + " in data");
  }

  @Test
  void foreignContentThatGoesInTimeLetsTheNamespaceGo() {
    until("CreateShadow");
    foreign();
    until("DetachCopy");
    swap.run(3);
    assertThat(swap.journal().of("RemoveShadow").orElseThrow().message())
        .contains("ConfigMap notes");
    shop.cluster.delete(Kinds.CONFIG_MAP.ref(SHADOW, "notes"));
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.cluster.get(Kinds.NAMESPACE.ref(SHADOW))).isEmpty();
  }

  @Test
  void anAbortIsNotHeldUpByForeignContent() {
    until("DetachCopy");
    foreign();
    swap.abort();
    assertThat(swap.run()).isEqualTo(Standing.TAKEN_BACK);
    assertThat(shop.cluster.get(Kinds.NAMESPACE.ref(SHADOW))).isPresent();
    assertThat(shop.data("data")).isEqualTo(BEFORE + " in data");
  }

  @Test
  void theFurnitureOfANamespaceAndWhatOursOwnIsNotForeign() {
    until("CreateShadow");
    var policy =
        shop.cluster
            .get(Kinds.NETWORK_POLICY.ref(SHADOW, CreateShadow.NETWORK_POLICY))
            .orElseThrow();
    shop.cluster.put(
        """
        {apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt, namespace: %1$s}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: t, namespace: %1$s, annotations: {kubernetes.io/service-account.name: default}}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: owned
          namespace: %1$s
          ownerReferences: [{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, name: p, uid: %2$s}]
        """
            .formatted(SHADOW, policy.uid()));
    assertThat(new ShadowContent(shop.cluster, shop.run).foreign(SHADOW)).isEmpty();
  }

  @Test
  void aCopyOfAClassThatRetainsGoesWithTheAbortToo() {
    for (var ticks = 0; ticks < 15; ticks++) {
      var other = new Shop();
      other.cluster.put(
          "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner:"
              + " disk.example, reclaimPolicy: Retain}");
      var aborted = new Ticks(other.cluster, other.swap(), Facts.none("x"));
      while (!aborted.journal().in("CreateShadow", State.DONE)) aborted.run(1);
      aborted.run(ticks);
      aborted.abort();
      aborted.run();
      other.cluster.settle();
      assertThat(other.cluster.list(Kinds.PV, "")).as("tick %d", ticks).hasSize(2);
      assertThat(other.cluster.get(Kinds.NAMESPACE.ref(SHADOW))).isEmpty();
    }
  }

  @Test
  void theNamespaceIsNotRemovedWhileTheCopyDependsOnIt() {
    until("DetachCopy");
    var copy = shop.pv(swap.facts().volumes().getFirst().provenCopy().name());
    shop.cluster.world().save(copy.edit().set(PvView.POLICY, "Delete"));
    swap.run();
    assertThat(swap.failure()).contains("CopyTaken");
    assertThat(shop.data("data")).isEqualTo(BEFORE + " in data");
  }

  private void until(String step) {
    while (!swap.journal().in(step, State.DONE)) swap.run(1);
  }

  private void foreign() {
    shop.cluster.put(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: notes, namespace: %s}}"
            .formatted(SHADOW));
  }
}
