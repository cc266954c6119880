package dev.salvor.volumes;

import static dev.salvor.volumes.Looks.change;
import static dev.salvor.volumes.Looks.claim;
import static dev.salvor.volumes.Looks.owner;
import static dev.salvor.volumes.Looks.parameters;
import static dev.salvor.volumes.Looks.refuses;
import static dev.salvor.volumes.Shop.NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Finding;
import dev.salvor.api.Strategy;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of "when not to swap", from a hand-made cluster. */
class RefusalsTest {
  private final Looks looks = new Looks();
  private final Shop shop = looks.shop;

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
        row("VolumeFixedInGit", shop -> change(shop, RefusalsTest::gitOwnsVolumeName)),
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
        row("StorageOutage", RefusalsTest::outage));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedWhatever")
  void whateverTheStrategyThisIsRefusedWithARemedy(String reason, Consumer<Shop> change) {
    change.accept(shop);
    for (var wanted : new Strategy[] {null, Strategy.Swap, Strategy.InPlace}) {
      var facts = looks.look(null, wanted);
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
    var facts = looks.look(null, null);
    assertThat(facts.strategy()).isEqualTo(Strategy.InPlace);
    assertThat(facts.refused()).as("%s", facts.findings()).isFalse();
    assertThat(facts.findings())
        .anyMatch(found ->
            found.reason().equals(reason) && found.message().contains("restored in place"));
    var asked = looks.look(null, Strategy.Swap);
    assertThat(asked.findings()).anyMatch(found -> found.reason().equals(reason) && refuses(found));
    assertThat(looks.look(null, Strategy.InPlace).findings()).isEmpty();
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
    assertThat(looks.look(null, null).strategy()).isEqualTo(Strategy.Swap);
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    claim("metadata/labels", "cnpg.io/cluster", "db").accept(shop);
    change(shop, claim -> claim.withObject("/spec").put("volumeMode", "Block"));
    shop.cluster.delete(Kinds.STORAGE_CLASS.ref("fast"));
    assertThat(looks.look(null, Strategy.Swap).findings())
        .extracting(Finding::reason)
        .contains("DatabaseClaim", "ClaimNotSwappable", "StorageClassMissing");
  }

  private static Arguments row(String reason, Consumer<Shop> change) {
    return Arguments.of(reason, change);
  }

  private static dev.salvor.kube.Seen namespace(Shop shop) {
    return shop.cluster.get(Kinds.NAMESPACE.ref(NS)).orElseThrow();
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
}
