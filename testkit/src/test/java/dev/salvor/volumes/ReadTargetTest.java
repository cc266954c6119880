package dev.salvor.volumes;

import static dev.salvor.volumes.Looks.change;
import static dev.salvor.volumes.Looks.claim;
import static dev.salvor.volumes.Looks.labels;
import static dev.salvor.volumes.Looks.names;
import static dev.salvor.volumes.Looks.owner;
import static dev.salvor.volumes.Looks.refuses;
import static dev.salvor.volumes.Shop.NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Finding.Severity;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.Kinds;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** What is found out about the target, its claims and their volumes. */
class ReadTargetTest {
  private final Looks looks = new Looks();
  private final Shop shop = looks.shop;

  @Test
  void anOrdinaryNamespaceIsSwappedAndHasNothingInTheWay() {
    var facts = looks.look(null, null);
    assertThat(facts.findings()).isEmpty();
    assertThat(facts.strategy()).isEqualTo(Strategy.Swap);
    var target = facts.knownTarget();
    assertThat(target.cluster()).isNotEmpty();
    assertThat(target.uid()).isNotEmpty();
    assertThat(target.securityLabels())
        .containsExactly(Map.entry("pod-security.kubernetes.io/enforce", "restricted"));
    assertThat(target.annotations()).containsKey("openshift.io/sa.scc.mcs");
    var volume = facts.volumes().getFirst();
    assertThat(volume.claimUid()).isEqualTo(shop.claimSeen(NS, "data").uid());
    var old = volume.old();
    assertThat(old).isNotNull();
    assertThat(old.policy()).isEqualTo("Delete");
    assertThat(old.bytes()).isEqualTo(1L << 30);
  }

  @Test
  void theManifestHasWhatTheClaimKeepsAndNothingElse() {
    change(shop, ReadTargetTest::decorate);
    var manifest = looks.look(null, null).volumes().getFirst().manifest();
    assertThat(manifest).isNotNull();
    assertThat(manifest.at("/metadata/labels").toString())
        .isEqualTo("{\"app\":\"shop\",\"kustomize.toolkit.fluxcd.io/name\":\"apps\"}");
    assertThat(manifest.at("/metadata/annotations").properties().stream().map(Map.Entry::getKey))
        .containsExactlyInAnyOrder("note", "velero.io/csi-volumesnapshot-class");
    assertThat(manifest.at("/metadata").has("ownerReferences")).isFalse();
    assertThat(manifest.at("/spec").has("volumeName")).isFalse();
    assertThat(manifest.has("status")).isFalse();
  }

  private static void decorate(com.fasterxml.jackson.databind.node.ObjectNode claim) {
    var meta = claim.withObject("/metadata");
    meta.withObject("/labels").put("velero.io/exclude-from-backup", "true");
    meta.withObject("/labels").put("velero.io/restore-name", "r");
    meta.withObject("/annotations").put("pv.kubernetes.io/bind-completed", "yes");
    meta.withObject("/annotations").put("velero.io/csi-volumesnapshot-class", "gold");
    meta.withObject("/annotations").put("volume.kubernetes.io/storage-resizer", "disk");
    meta.putArray("ownerReferences")
        .add(owner("Pod", "v1", "p", "u"))
        .add(owner("StatefulSet", "apps/v1", "web", "gone"));
  }

  @Test
  void anOwnerThatLivesStaysAnOwner() {
    shop.cluster.put(
        "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: web, namespace: shop}, spec: {}}");
    var web = shop.cluster.get(Kinds.STATEFUL_SET.ref(NS, "web")).orElseThrow();
    change(
        shop,
        claim ->
            claim
                .withObject("/metadata")
                .putArray("ownerReferences")
                .add(owner("StatefulSet", "apps/v1", "web", web.uid())));
    var manifest = looks.look(null, null).volumes().getFirst().manifest();
    assertThat(manifest).isNotNull();
    assertThat(manifest.at("/metadata/ownerReferences")).hasSize(1);
  }

  @Test
  void namesAndLabelsChooseClaimsAndAWrongChoiceIsSaid() {
    assertThat(looks.look(names("files"), null).volumes())
        .extracting(VolumeFacts::claim)
        .containsExactly("files");
    var missing = looks.look(names("files", "fiels"), null);
    assertThat(missing.strategy()).isEqualTo(Strategy.InPlace);
    assertThat(missing.volumes()).extracting(VolumeFacts::claim).containsExactly("files", "fiels");
    assertThat(missing.findings().getFirst().message()).contains("shop/fiels does not exist");
    assertThat(looks.look(names("fiels"), Strategy.Swap).refused()).isTrue();
    assertThat(looks.look(labels("app", "shop"), null).volumes()).hasSize(2);
    var none = looks.look(labels("app", "shoop"), null);
    assertThat(none.findings()).extracting(Finding::reason).containsExactly("NoClaimSelected");
  }

  @Test
  void aDatabaseClaimOutsideTheChoiceIsNoMatter() {
    claim("metadata/labels", "cnpg.io/cluster", "db").accept(shop);
    assertThat(looks.look(names("files"), null).findings()).isEmpty();
  }

  @Test
  void aPodsOwnClaimIsLeftOut() {
    shop.claim(
        "web-scratch", "  ownerReferences: [{apiVersion: v1, kind: Pod, name: web, uid: u}]");
    var facts = looks.look(null, null);
    assertThat(facts.volumes()).extracting(VolumeFacts::claim).containsExactly("data", "files");
    assertThat(facts.findings()).extracting(Finding::reason).containsExactly("EphemeralClaim");
    assertThat(looks.look(names("web-scratch"), null).refused()).isTrue();
  }

  @Test
  void aNamespaceThatIsGoneIsForScopeNamespaceOnly() {
    var gone = looks.target("elsewhere", Scope.Volumes, null, null, Map.of());
    assertThat(gone.findings()).extracting(Finding::reason).containsExactly("NamespaceAbsent");
    var whole = looks.target("elsewhere", Scope.Namespace, null, null, Map.of());
    assertThat(whole.findings()).isEmpty();
    assertThat(whole.knownTarget().uid()).isNull();
    assertThat(whole.strategy()).isEqualTo(Strategy.InPlace);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {"kube-system", "salvor-system", "velero", "flux-system"})
  void whatTheClusterLivesOnIsProtected(String namespace) {
    assertThat(looks.target(namespace, Scope.Namespace, null, null, Map.of()).findings())
        .anyMatch(found -> found.reason().equals("NamespaceProtected") && refuses(found));
  }

  @Test
  void aMappedClassHasToExistAndTheClaimComesBackWithIt() {
    var missing = looks.target(NS, Scope.Volumes, null, null, Map.of("fast", "slow"));
    assertThat(missing.findings()).extracting(Finding::reason).contains("StorageClassMissing");
    shop.cluster.put(
        "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: slow}, provisioner: d}");
    var mapped = looks.target(NS, Scope.Volumes, null, null, Map.of("fast", "slow"));
    assertThat(mapped.refused()).isFalse();
    assertThat(mapped.findings()).extracting(Finding::reason).contains("StorageClassChanges");
    var manifest = mapped.volumes().getFirst().manifest();
    assertThat(manifest).isNotNull();
    assertThat(manifest.at("/spec/storageClassName").asText()).isEqualTo("slow");
  }

  @Test
  void aTightQuotaIsAWarning() {
    shop.cluster.put(
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: storage, namespace: shop}
        spec: {hard: {requests.storage: 2Gi, persistentvolumeclaims: "10"}}
        status: {hard: {requests.storage: 2Gi, persistentvolumeclaims: "10"}, used: {requests.storage: 2Gi, persistentvolumeclaims: "2"}}
        """);
    var facts = looks.look(null, null);
    assertThat(facts.strategy()).isEqualTo(Strategy.Swap);
    assertThat(facts.findings())
        .singleElement()
        .satisfies(found -> {
          assertThat(found.reason()).isEqualTo("QuotaTight");
          assertThat(found.severity()).isEqualTo(Severity.Warning);
        });
  }

  // ---- the review after the copy was made

  @Test
  void theReviewKeepsWhatIsProvenAndTakesWhatChanged() {
    var copied = looks.copied();
    var before = copied.volumes().getFirst();
    shop.cluster.delete(Kinds.PVC.ref(NS, "data"));
    shop.cluster.settle();
    shop.claim("data", "");
    shop.cluster.settle();
    var review = looks.look(copied, null, null);
    var after = review.volumes().getFirst();
    assertThat(review.refused()).isFalse();
    assertThat(after.claimUid()).isNotEqualTo(before.claimUid());
    assertThat(after.old()).isNotEqualTo(before.old());
    assertThat(after.copy()).isEqualTo(before.copy());
    assertThat(after.content()).isEqualTo(before.content());
  }

  @Test
  void aClaimThatAppearsAfterTheCopyWasMadeIsRefused() {
    var copied = looks.copied();
    shop.claim("late", "");
    var review = looks.look(copied, null, null);
    assertThat(review.findings()).extracting(Finding::reason).contains("ClaimAppeared");
    assertThat(review.refused()).isTrue();
    assertThat(review.volumes()).hasSize(2);
  }

  @Test
  void whatCanNoLongerBeSwappedIsRefusedOnceThereIsACopy() {
    var copied = looks.copied();
    change(shop, claim -> claim.withObject("/spec").put("volumeMode", "Block"));
    var review = looks.look(copied, null, null);
    assertThat(review.strategy()).isEqualTo(Strategy.Swap);
    assertThat(review.refused()).isTrue();
  }

  @Test
  void aClaimThatWentSinceIsCreatedOnTheCopy() {
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    while (!swap.journal().started("ReviewTarget")) swap.run(1);
    shop.cluster.delete(Kinds.PVC.ref(NS, "data"));
    shop.cluster.settle();
    assertThat(swap.run()).as(swap.failure()).isEqualTo(dev.salvor.engine.Engine.Standing.COMPLETE);
    assertThat(swap.facts().findings()).extracting(Finding::reason).contains("ClaimMissing");
    assertThat(shop.data("data")).isEqualTo(Shop.BACKUP + " in data");
    assertThat(shop.claimSeen(NS, "data").label("app")).isEqualTo("shop");
  }
}
