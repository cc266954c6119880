package dev.salvor.volumes;

import static dev.salvor.volumes.Database.CLAIMS;
import static dev.salvor.volumes.Database.NS;
import static dev.salvor.volumes.Database.OTHERS;
import static dev.salvor.volumes.Looks.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Surroundings;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the looks record of a database's claims, and what they refuse. */
class ReadGroupTest {
  private final Database db = new Database();

  private Facts look(Facts facts, Strategy strategy) {
    var target = Looks.seen(db.readNamespace().look(facts, db.moment()));
    var found =
        target.withStrategy(strategy).withPostgres(target.postgres().withDatabase(db.database()));
    return Looks.seen(db.readGroup().look(found, db.moment()));
  }

  private Facts look() {
    return look(Facts.none("x"), Strategy.Swap);
  }

  @Test
  void thePrimarysClaimsAreExchangedAndTheOthersDropped() {
    var facts = look();
    assertThat(facts.findings()).isEmpty();
    assertThat(facts.volumes().stream().map(VolumeFacts::claim)).containsExactlyElementsOf(CLAIMS);
    for (var volume : facts.volumes()) {
      assertThat(volume.claimUid()).isEqualTo(db.claim(volume.claim()).orElseThrow().uid());
      assertThat(volume.old()).isEqualTo(new PvView(db.volumeOf(volume.claim())).facts());
      var manifest = volume.manifest();
      assertThat(manifest).isNotNull();
      assertThat(manifest.at("/metadata/ownerReferences/0/kind").asText()).isEqualTo("Cluster");
      assertThat(manifest.at("/metadata/labels/cnpg.io~1cluster").asText()).isEqualTo("db");
      assertThat(manifest.at("/spec/volumeName").isMissingNode()).isTrue();
    }
    assertThat(facts.postgres().dropped().stream().map(VolumeFacts::claim))
        .containsExactlyElementsOf(OTHERS);
    assertThat(facts.postgres().dropped()).allMatch(volume -> volume.old() != null);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        row(
            "StorageClassSharesFolders",
            db -> parameters(db, "{pathPattern: '{{ .PVC.Namespace }}/{{ .PVC.Name }}'}")),
        row("StorageClassSharesFolders", db -> parameters(db, "{subDir: '${pvc.metadata.name}'}")),
        row("StorageClassMissing", db -> db.cluster.delete(Kinds.STORAGE_CLASS.ref("fast"))),
        row(
            "NoRoomForCopy",
            db ->
                db.cluster.put(
                    "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast},"
                        + " provisioner: kubernetes.io/no-provisioner}")),
        row(
            "NoRoomForCopy",
            db ->
                db.cluster.put(
                    """
                    apiVersion: v1
                    kind: ResourceQuota
                    metadata: {name: small, namespace: bank}
                    spec: {hard: {requests.storage: 7Gi}}
                    status: {hard: {requests.storage: 7Gi}, used: {requests.storage: 6Gi}}
                    """)),
        row("ForeignFinalizer", db -> finalizer(db, "db-2-wal")),
        row("ForeignFinalizer", db -> finalizer(db, "db-3")),
        row("DatabaseClaim", db -> label(db, "db-2-wal", "cnpg.io/cluster", "other")),
        row(
            "VolumeFixedInGit",
            db ->
                db.cluster
                    .world()
                    .save(
                        db.volumeOf("db-2")
                            .edit()
                            .label("kustomize.toolkit.fluxcd.io/name", "apps"))),
        row(
            "NamespaceProtected",
            db ->
                db.cluster
                    .world()
                    .save(
                        db.cluster
                            .get(Kinds.NAMESPACE.ref(NS))
                            .orElseThrow()
                            .edit()
                            .label("recovery.salvor.dev/protected", "yes"))),
        row(
            "StorageOutage",
            db -> {
              for (var claim : List.of("db-1", "db-1-wal", "db-2", "db-2-wal"))
                db.cluster
                    .world()
                    .save(db.claim(claim).orElseThrow().edit().set("/status/phase", "Lost"));
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void thisIsRefusedWithARemedyOfThisKind(String reason, Consumer<Database> change) {
    change.accept(db);
    var facts = look();
    assertThat(facts.findings())
        .as("%s", facts.findings())
        .anyMatch(found -> found.reason().equals(reason) && refuses(found));
    // what PostgresRecovery does not have
    assertThat(facts.findings().stream().map(Finding::remedy))
        .allMatch(remedy -> !remedy.isBlank())
        .noneMatch(remedy -> remedy.contains("storageClassMapping"))
        .noneMatch(remedy -> remedy.contains("persistentVolumeClaims"))
        .noneMatch(remedy -> remedy.contains("leave out"));
  }

  @Test
  void aClaimWithoutALabelIsLookedForAmongTheOthers() {
    // an instance's claim that InspectCluster did not name
    db.instance("db", 9);
    var database = db.database();
    var target = Looks.seen(db.readNamespace().look(Facts.none("x"), db.moment()));
    var others = OTHERS;
    var found =
        target.withPostgres(
            target
                .postgres()
                .withDatabase(
                    new dev.salvor.api.DatabaseFacts(
                        "db",
                        database.uid(),
                        database.manifest(),
                        true,
                        true,
                        3,
                        "db-2",
                        2,
                        CLAIMS,
                        others,
                        "7000",
                        2,
                        17,
                        null)));
    var facts = Looks.seen(db.readGroup().look(found, db.moment()));
    assertThat(facts.findings())
        .anyMatch(finding -> finding.reason().equals("ClaimAppeared") && refuses(finding));
  }

  @Test
  void withoutAnExchangeTheClaimsMayBeAsTheyAre() {
    finalizer(db, "db-2-wal");
    label(db, "db-3", "cnpg.io/cluster", "other");
    var facts = look(Facts.none("x"), Strategy.Beside);
    assertThat(facts.findings()).isEmpty();
    assertThat(facts.postgres().dropped()).isEmpty();
    parameters(db, "{pathPattern: '{{ .PVC.Namespace }}/{{ .PVC.Name }}'}");
    assertThat(look(Facts.none("x"), Strategy.Beside).findings())
        .anyMatch(found -> found.reason().equals("StorageClassSharesFolders"));
  }

  @Test
  void whatIsLostOrAbsentIsSaidAndNoReasonToRefuse() {
    db.cluster.delete(Kinds.PVC.ref(NS, "db-2-wal"));
    db.cluster.settle();
    db.cluster.world().save(db.claim("db-2").orElseThrow().edit().set("/status/phase", "Lost"));
    var facts = look();
    assertThat(facts.findings().stream().map(Finding::reason))
        .containsExactlyInAnyOrder("ClaimMissing", "ClaimLost");
    assertThat(facts.findings()).noneMatch(Looks::refuses);
    assertThat(facts.volumes().getLast().claimUid()).isNull();
  }

  @Test
  void theNamespaceIsRefusedInWordsOfThisKind() {
    var around = new Surroundings("salvor-system", "velero", Set.of("flux-system"));
    for (var name : List.of("kube-system", "velero", "flux-system", "nowhere")) {
      var sight =
          new ReadNamespace(db.cluster, around, db.run, name).look(Facts.none("x"), db.moment());
      assertThat(Looks.seen(sight).findings())
          .as(name)
          .anyMatch(Looks::refuses)
          .noneMatch(found -> found.remedy().contains("velero restore"));
    }
  }

  @Test
  void afterAFailOverTheCopyTakesTheNewPrimarysPlace() {
    var swap = db.swapped("ReadCopies");
    db.primary = "db-3";
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(swap.facts().findings().stream().map(Finding::reason)).contains("PrimaryMoved");
    assertThat(db.data("db-3")).isEqualTo(Database.RECOVERED + " in db-r1-1");
    assertThat(db.data("db-3-wal")).isEqualTo(Database.RECOVERED + " in db-r1-1-wal");
    assertThat(db.claims()).containsExactly("db-3", "db-3-wal", "db-4", "db-4-wal");
    var copy = swap.facts().postgres().copy();
    assertThat(copy).isNotNull();
    assertThat(copy.claims()).containsEntry("db-3", "db-r1-1");
    var claim = db.claim("db-3").orElseThrow();
    assertThat(claim.label("cnpg.io/instanceRole")).isEqualTo("primary");
    assertThat(claim.annotation("cnpg.io/nodeSerial")).isEqualTo("3");
  }

  @Test
  void aCopyThatVanishedIsForgottenAndSaid() {
    var swap = db.swapped("ReadCopies");
    var copy = swap.facts().volumes().getFirst().provenCopy().name();
    db.cluster.delete(Kinds.PVC.ref(NS, "db-r1-1"));
    db.cluster.settle();
    assertThat(db.cluster.get(Kinds.PV.ref(copy))).isEmpty();
    var facts = look(swap.facts(), Strategy.Swap);
    assertThat(facts.volumes().getFirst().copy()).isNull();
    assertThat(facts.findings())
        .anyMatch(found -> found.reason().equals("CopyTaken") && refuses(found));
  }

  @Test
  void aCopyThatIsTooSmallIsRefusedBeforeAnythingStandsStill() {
    enlarge(db);
    var facts = db.swapped("AwaitRecovery").facts();
    var sight = new ReadCopies(db.cluster, db.run).look(facts, db.moment());
    assertThat(sight)
        .isInstanceOfSatisfying(
            Sight.Refused.class,
            refused -> {
              assertThat(refused.failed().reason()).isEqualTo("CopyDoesNotFit");
              assertThat(refused.failed().message()).contains("db-2", "2Gi");
            });
  }

  @Test
  void aClaimThatGrewAfterTheCopyWasMadeIsSeenWhenLookedAtAgain() {
    var recorded = db.swapped("ReadCopies");
    enlarge(db);
    assertThat(look(recorded.facts(), Strategy.Swap).findings())
        .anyMatch(found -> found.reason().equals("CopyDoesNotFit") && refuses(found));
  }

  @Test
  void withoutAClusterThereIsNothingToSay() {
    var target = Looks.seen(db.readNamespace().look(Facts.none("x"), db.moment()));
    assertThat(Looks.seen(db.readGroup().look(target, db.moment())).volumes()).isEmpty();
  }

  private static void enlarge(Database db) {
    db.cluster
        .world()
        .save(db.claim("db-2").orElseThrow().edit().set("/spec/resources/requests/storage", "2Gi"));
  }

  private static void parameters(Database db, String parameters) {
    db.cluster.put(
        "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast},"
            + " provisioner: disk.example, parameters: "
            + parameters
            + "}");
  }

  private static void finalizer(Database db, String claim) {
    db.cluster
        .world()
        .save(
            db.claim(claim)
                .orElseThrow()
                .edit()
                .set(
                    "/metadata/finalizers",
                    dev.salvor.testkit.Manifests.one("f: [example.com/x]").path("f")));
  }

  private static void label(Database db, String claim, String key, String value) {
    db.cluster.world().save(db.claim(claim).orElseThrow().edit().label(key, value));
  }

  private static Arguments row(String reason, Consumer<Database> change) {
    return Arguments.of(reason, change);
  }
}
