package dev.salvor.volumes;

import static dev.salvor.volumes.Shop.NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.ClaimChoice;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Finding.Severity;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.Manifests;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of "when not to swap", from a hand-made cluster. */
class ReadTargetTest {
  private final Shop shop = new Shop();

  @Test
  void anOrdinaryNamespaceIsSwappedAndHasNothingInTheWay() {
    var facts = look(null, null);
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
    var manifest = look(null, null).volumes().getFirst().manifest();
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
    var manifest = look(null, null).volumes().getFirst().manifest();
    assertThat(manifest).isNotNull();
    assertThat(manifest.at("/metadata/ownerReferences")).hasSize(1);
  }

  // ---- golden refusals

  static Stream<Arguments> refusedWhatever() {
    return Stream.of(
        row("DatabaseClaim", claim("metadata/labels", "cnpg.io/cluster", "db")),
        row("OperatorOwnedClaim", claim("metadata/labels", "strimzi.io/cluster", "kafka")),
        row(
            "OperatorOwnedClaim",
            shop ->
                change(
                    shop,
                    claim ->
                        claim
                            .withObject("/metadata")
                            .putArray("ownerReferences")
                            .add(
                                owner("Elasticsearch", "elasticsearch.k8s.elastic.co/v1", "es", "u")
                                    .put("controller", true)))),
        row(
            "ForeignFinalizer",
            shop ->
                change(
                    shop,
                    claim ->
                        claim
                            .withObject("/metadata")
                            .withArray("/finalizers")
                            .add("example.com/hold"))),
        row(
            "ForeignPopulator",
            shop ->
                change(
                    shop,
                    claim ->
                        claim
                            .withObject("/spec/dataSourceRef")
                            .put("apiGroup", "example.com")
                            .put("kind", "Magic")
                            .put("name", "m"))),
        row("VolumeFixedInGit", shop -> change(shop, ReadTargetTest::gitOwnsVolumeName)),
        row(
            "VolumeFixedInGit",
            shop ->
                shop.cluster
                    .world()
                    .save(
                        shop.volumeOf(NS, "data")
                            .edit()
                            .label("kustomize.toolkit.fluxcd.io/name", "apps"))),
        row("StorageClassMissing", shop -> shop.cluster.delete(Kinds.STORAGE_CLASS.ref("fast"))),
        row(
            "NamespaceProtected",
            shop ->
                shop.cluster
                    .world()
                    .save(namespace(shop).edit().label("recovery.salvor.dev/protected", "yes"))),
        row(
            "NamespaceTerminating",
            shop -> {
              shop.cluster
                  .world()
                  .save(
                      namespace(shop)
                          .edit()
                          .set(
                              "/metadata/finalizers",
                              Manifests.one("f: [example.com/x]").path("f")));
              shop.cluster.delete(Kinds.NAMESPACE.ref(NS));
            }),
        row("StorageOutage", ReadTargetTest::outage));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedWhatever")
  void whateverTheStrategyThisIsRefusedWithARemedy(String reason, Consumer<Shop> change) {
    change.accept(shop);
    for (var wanted : new Strategy[] {null, Strategy.Swap, Strategy.InPlace}) {
      var facts = look(null, wanted);
      assertThat(facts.findings())
          .as("%s: %s", wanted, facts.findings())
          .anyMatch(found -> found.reason().equals(reason) && refuses(found));
      assertThat(facts.findings()).allMatch(found -> !found.remedy().isBlank());
    }
  }

  static Stream<Arguments> notSwapped() {
    return Stream.of(
        row(
            "ClaimNotSwappable",
            shop -> change(shop, claim -> claim.withObject("/spec").put("volumeMode", "Block"))),
        row(
            "ClaimNotSwappable",
            shop ->
                change(
                    shop,
                    claim ->
                        claim.withObject("/spec").putArray("accessModes").add("ReadOnlyMany"))),
        row(
            "ClaimNotSwappable",
            shop ->
                change(
                    shop,
                    claim ->
                        claim.withObject("/spec").putArray("accessModes").add("ReadWriteOncePod"))),
        row(
            "ClaimLost",
            shop -> change(shop, claim -> claim.withObject("/status").put("phase", "Lost"))),
        row(
            "ClaimNotBound",
            shop -> {
              change(shop, claim -> claim.withObject("/status").put("phase", "Pending"));
              change(shop, claim -> claim.withObject("/spec").remove("volumeName"));
            }),
        row(
            "NodeGone",
            shop ->
                shop.cluster
                    .world()
                    .save(
                        shop.volumeOf(NS, "data")
                            .edit()
                            .set(
                                "/spec/nodeAffinity",
                                Manifests.one(
                                    "{required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-9]}]}]}}")))),
        row("StorageClassSharesFolders", parameters("pathPattern: '{{ .PVC.Name }}'")),
        row("StorageClassSharesFolders", parameters("subDir: '${pvc.metadata.name}'")),
        row(
            "StorageClassNeedsNamespace",
            parameters("csi.storage.k8s.io/node-stage-secret-namespace: '${pvc.namespace}'")),
        row(
            "GitForcesClaim",
            claim("metadata/annotations", "kustomize.toolkit.fluxcd.io/force", "enabled")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notSwapped")
  void thisIsNotSwappedButRestoredInPlaceAndThePlanSaysWhy(String reason, Consumer<Shop> change) {
    change.accept(shop);
    var facts = look(null, null);
    assertThat(facts.strategy()).isEqualTo(Strategy.InPlace);
    assertThat(facts.refused()).as("%s", facts.findings()).isFalse();
    assertThat(facts.findings())
        .anyMatch(found ->
            found.reason().equals(reason) && found.message().contains("restored in place"));
    var asked = look(null, Strategy.Swap);
    assertThat(asked.findings()).anyMatch(found -> found.reason().equals(reason) && refuses(found));
    assertThat(look(null, Strategy.InPlace).findings()).isEmpty();
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {
        "pathPattern: '{{ .PVC.Namespace }}/{{ .PVC.Name }}'",
        "pathPattern: '${.PVC.namespace}/${.PVC.name}'",
        "subDir: '${pv.metadata.name}'",
        "csi.storage.k8s.io/node-stage-secret-namespace: storage"
      })
  void aClassWhoseFoldersAndSecretsAreItsOwnIsSwapped(String parameter) {
    parameters(parameter).accept(shop);
    assertThat(look(null, null).strategy()).isEqualTo(Strategy.Swap);
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    claim("metadata/labels", "cnpg.io/cluster", "db").accept(shop);
    change(shop, claim -> claim.withObject("/spec").put("volumeMode", "Block"));
    shop.cluster.delete(Kinds.STORAGE_CLASS.ref("fast"));
    assertThat(look(null, Strategy.Swap).findings())
        .extracting(Finding::reason)
        .contains("DatabaseClaim", "ClaimNotSwappable", "StorageClassMissing");
  }

  @Test
  void namesAndLabelsChooseClaimsAndAWrongChoiceIsSaid() {
    assertThat(look(names("files"), null).volumes())
        .extracting(VolumeFacts::claim)
        .containsExactly("files");
    var missing = look(names("files", "fiels"), null);
    assertThat(missing.strategy()).isEqualTo(Strategy.InPlace);
    assertThat(missing.volumes()).extracting(VolumeFacts::claim).containsExactly("files", "fiels");
    assertThat(missing.findings().getFirst().message()).contains("shop/fiels does not exist");
    assertThat(look(names("fiels"), Strategy.Swap).refused()).isTrue();
    assertThat(look(labels("app", "shop"), null).volumes()).hasSize(2);
    var none = look(labels("app", "shoop"), null);
    assertThat(none.findings()).extracting(Finding::reason).containsExactly("NoClaimSelected");
  }

  @Test
  void aDatabaseClaimOutsideTheChoiceIsNoMatter() {
    claim("metadata/labels", "cnpg.io/cluster", "db").accept(shop);
    assertThat(look(names("files"), null).findings()).isEmpty();
  }

  @Test
  void aPodsOwnClaimIsLeftOut() {
    shop.claim(
        "web-scratch", "  ownerReferences: [{apiVersion: v1, kind: Pod, name: web, uid: u}]");
    var facts = look(null, null);
    assertThat(facts.volumes()).extracting(VolumeFacts::claim).containsExactly("data", "files");
    assertThat(facts.findings()).extracting(Finding::reason).containsExactly("EphemeralClaim");
    assertThat(look(names("web-scratch"), null).refused()).isTrue();
  }

  @Test
  void aNamespaceThatIsGoneIsForScopeNamespaceOnly() {
    var gone = target("elsewhere", Scope.Volumes, null, null, Map.of());
    assertThat(gone.findings()).extracting(Finding::reason).containsExactly("NamespaceAbsent");
    var whole = target("elsewhere", Scope.Namespace, null, null, Map.of());
    assertThat(whole.findings()).isEmpty();
    assertThat(whole.knownTarget().uid()).isNull();
    assertThat(whole.strategy()).isEqualTo(Strategy.InPlace);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {"kube-system", "salvor-system", "velero", "flux-system"})
  void whatTheClusterLivesOnIsProtected(String namespace) {
    assertThat(target(namespace, Scope.Namespace, null, null, Map.of()).findings())
        .anyMatch(found -> found.reason().equals("NamespaceProtected") && refuses(found));
  }

  @Test
  void aMappedClassHasToExistAndTheClaimComesBackWithIt() {
    var missing = target(NS, Scope.Volumes, null, null, Map.of("fast", "slow"));
    assertThat(missing.findings()).extracting(Finding::reason).contains("StorageClassMissing");
    shop.cluster.put(
        "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: slow}, provisioner: d}");
    var mapped = target(NS, Scope.Volumes, null, null, Map.of("fast", "slow"));
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
    var facts = look(null, null);
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
    var copied = copied();
    var before = copied.volumes().getFirst();
    shop.cluster.delete(Kinds.PVC.ref(NS, "data"));
    shop.cluster.settle();
    shop.claim("data", "");
    shop.cluster.settle();
    var review = look(copied, null, null);
    var after = review.volumes().getFirst();
    assertThat(review.refused()).isFalse();
    assertThat(after.claimUid()).isNotEqualTo(before.claimUid());
    assertThat(after.old()).isNotEqualTo(before.old());
    assertThat(after.copy()).isEqualTo(before.copy());
    assertThat(after.content()).isEqualTo(before.content());
  }

  @Test
  void aClaimThatAppearsAfterTheCopyWasMadeIsRefused() {
    var copied = copied();
    shop.claim("late", "");
    var review = look(copied, null, null);
    assertThat(review.findings()).extracting(Finding::reason).contains("ClaimAppeared");
    assertThat(review.refused()).isTrue();
    assertThat(review.volumes()).hasSize(2);
  }

  @Test
  void whatCanNoLongerBeSwappedIsRefusedOnceThereIsACopy() {
    var copied = copied();
    change(shop, claim -> claim.withObject("/spec").put("volumeMode", "Block"));
    var review = look(copied, null, null);
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

  // ---- helpers

  private Facts copied() {
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    while (!swap.journal().started("ReviewTarget")) swap.run(1);
    return swap.facts();
  }

  private Facts look(@Nullable ClaimChoice choice, @Nullable Strategy wanted) {
    return look(Facts.none("x"), choice, wanted);
  }

  private Facts look(Facts facts, @Nullable ClaimChoice choice, @Nullable Strategy wanted) {
    return seen(shop.readTarget(choice, wanted).look(facts, moment()));
  }

  private Facts target(
      String namespace,
      Scope scope,
      @Nullable ClaimChoice choice,
      @Nullable Strategy wanted,
      Map<String, String> mapping) {
    var around = new Surroundings("salvor-system", "velero", Set.of("flux-system"));
    return seen(
        new ReadTarget(shop.reader, around, shop.run, namespace, scope, choice, wanted, mapping)
            .look(Facts.none("x"), moment()));
  }

  private static Facts seen(Sight<Facts> sight) {
    assertThat(sight).isInstanceOf(Sight.Seen.class);
    return ((Sight.Seen<Facts>) sight).facts();
  }

  private Moment moment() {
    return new Moment(shop.cluster.now(), shop.cluster.now());
  }

  private static boolean refuses(Finding found) {
    return found.severity() == Severity.Refusal;
  }

  private static ClaimChoice names(String... names) {
    return new ClaimChoice(List.of(names), null);
  }

  private static ClaimChoice labels(String key, String value) {
    return new ClaimChoice(null, Map.of(key, value));
  }

  private static Arguments row(String reason, Consumer<Shop> change) {
    return Arguments.of(reason, change);
  }

  private static dev.salvor.kube.Seen namespace(Shop shop) {
    return shop.cluster.get(Kinds.NAMESPACE.ref(NS)).orElseThrow();
  }

  private static Consumer<Shop> claim(String map, String key, String value) {
    return shop -> change(shop, claim -> claim.withObject("/" + map).put(key, value));
  }

  private static void change(
      Shop shop, Consumer<com.fasterxml.jackson.databind.node.ObjectNode> change) {
    shop.reader.change(Kinds.PVC.ref(NS, "data"), change);
  }

  private static Consumer<Shop> parameters(String parameter) {
    return shop ->
        shop.cluster.put(
            "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast},"
                + " provisioner: disk.example, parameters: {"
                + parameter
                + "}}");
  }

  private static void gitOwnsVolumeName(com.fasterxml.jackson.databind.node.ObjectNode claim) {
    claim
        .withObject("/metadata")
        .withArray("/managedFields")
        .addObject()
        .put("manager", "kustomize-controller")
        .put("operation", "Apply")
        .putObject("fieldsV1")
        .putObject("f:spec")
        .putObject("f:volumeName");
  }

  private static void outage(Shop shop) {
    for (var i = 0; i < 5; i++)
      shop.cluster.put(
          """
          {apiVersion: v1, kind: Namespace, metadata: {name: team-%d}}
          ---
          apiVersion: v1
          kind: PersistentVolumeClaim
          metadata: {name: lost-%d, namespace: team-%d}
          spec: {storageClassName: fast, volumeName: gone-%d}
          status: {phase: Lost}
          """
              .formatted(i, i, i, i));
  }

  private static com.fasterxml.jackson.databind.node.ObjectNode owner(
      String kind, String version, String name, String uid) {
    return Manifests.one(
        "{apiVersion: %s, kind: %s, name: %s, uid: %s}".formatted(version, kind, name, uid));
  }
}
