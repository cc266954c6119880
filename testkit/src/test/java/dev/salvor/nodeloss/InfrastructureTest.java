package dev.salvor.nodeloss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Finding;
import dev.salvor.api.HelperFacts;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Verdict;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.Manifests;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What recoveries lean on, of a node {@code n1} that is lost. */
class InfrastructureTest {
  private static final String OBJECTS =
      """
      {apiVersion: v1, kind: Pod, metadata: {name: server, namespace: velero, uid: p1, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: velero, controller: true}]}, spec: {nodeName: n1}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: agent, namespace: velero, uid: p2, ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: node-agent, controller: true}]}, spec: {nodeName: n1}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: lpp, namespace: local-path-storage, uid: p3, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: lpp, controller: true}]}, spec: {nodeName: n1, containers: [{name: c, image: "rancher/local-path-provisioner:v0.0.30"}]}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: salvor, namespace: salvor-system, uid: p4, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: salvor, controller: true}]}, spec: {nodeName: n2}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: minio-0, namespace: store, uid: p5, labels: {app: minio}, ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: minio, controller: true}]}, spec: {nodeName: n1, containers: [{name: c, image: minio}], volumes: [{name: d, persistentVolumeClaim: {claimName: data-minio-0}}]}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, uid: p6, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web, controller: true}]}, spec: {nodeName: n1, containers: [{name: c, image: nginx}]}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: minio, namespace: store}, spec: {selector: {app: minio}}}
      ---
      {apiVersion: velero.io/v1, kind: BackupStorageLocation, metadata: {name: inside, namespace: velero}, spec: {config: {s3Url: "http://minio.store.svc:9000"}}}
      ---
      {apiVersion: velero.io/v1, kind: BackupStorageLocation, metadata: {name: outside, namespace: velero}, spec: {config: {s3Url: "https://s3.example.org"}}}
      ---
      {apiVersion: velero.io/v1, kind: Backup, metadata: {name: near, namespace: velero}, spec: {storageLocation: inside}}
      ---
      {apiVersion: velero.io/v1, kind: Backup, metadata: {name: far, namespace: velero}, spec: {storageLocation: outside}}
      """;

  private static List<Seen> of(Kind kind) {
    return Manifests.parse(OBJECTS).stream()
        .map(object -> new Seen(Manifests.ref(object), object))
        .filter(seen -> kind.of(seen.ref()))
        .toList();
  }

  private static Infrastructure infrastructure() {
    var all =
        new Topology(
            List.of(), List.of(), List.of(), of(Kinds.POD), List.of(), List.of(), Replicated.NONE);
    return new Infrastructure(
        all,
        new Surroundings("salvor-system", "velero", Set.of()),
        of(Kinds.BACKUP_STORAGE_LOCATION),
        of(Kinds.SERVICE));
  }

  @Test
  void isWhatMakesVolumesAndWhatBringsThemBack() {
    assertThat(infrastructure().helpers("n1"))
        .extracting(HelperFacts::what, one -> one.pod().ref().name())
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("Velero", "server"),
            org.assertj.core.groups.Tuple.tuple("a provisioner", "lpp"),
            org.assertj.core.groups.Tuple.tuple("the store of location inside", "minio-0"));
    assertThat(infrastructure().helpers("n2"))
        .extracting(HelperFacts::what)
        .containsExactly("Salvor");
  }

  /** How the store's own claim comes back, and the shop's; from which backup; what is refused. */
  @ParameterizedTest
  @CsvSource({
    "Velero, near, near, InfrastructureCycle",
    "Velero, far, near, InfrastructureFirst",
    "Report, '', near, InfrastructureFirst",
    "Empty, '', near, InfrastructureFirst",
    "Velero, far, far, ''",
    "Report, '', far, ''"
  })
  void aStoreThatWouldBringItselfBackIsACycle(Way way, String from, String shop, String expected) {
    var findings = new Findings("x");
    infrastructure()
        .judge(
            List.of(row("store", "data-minio-0", way, from), row("shop", "data", Way.Velero, shop)),
            new Backups(Map.of("near", backup("near"), "far", backup("far")), Map.of()),
            findings);
    assertThat(findings.all().stream().map(Finding::reason).toList())
        .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected));
  }

  private static Seen backup(String name) {
    return of(Kinds.BACKUP).stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static StrandedClaim row(String namespace, String claim, Way way, String source) {
    return new StrandedClaim(
        namespace,
        claim,
        claim,
        "pv",
        "pv",
        "Delete",
        null,
        null,
        Verdict.Stranded,
        way,
        null,
        List.of(),
        source,
        null,
        "");
  }
}
