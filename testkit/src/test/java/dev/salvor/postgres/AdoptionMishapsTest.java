package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.models.CnpgMishap;
import dev.salvor.testkit.models.CnpgModel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What swap.md 1.3 and 2.7 say can go wrong while a Cluster is made anew. */
class AdoptionMishapsTest {
  private static final List<String> RECOVERED = List.of("good", "also-good");

  private final LostShop shop = new LostShop();
  private final Journey journey = shop.journey();

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"DIES_IN_ADOPTION", "SLOW_SERVICES", "SECRETS_COLLECTED_LATE"})
  void whatPassesByItself(CnpgMishap mishap) {
    shop.cnpg.with(mishap);
    assertThat(journey.run()).as(journey.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.rows()).isEqualTo(RECOVERED);
    assertThat(shop.secrets()).isEqualTo(shop.secrets);
  }

  @Test
  void initdbEndsEverythingAndIsNotForgotten() {
    shop.cnpg.with(CnpgMishap.STALE_CLAIMS);
    assertThat(journey.run()).isEqualTo(Standing.STOPPED);
    assertThat(journey.failure()).contains("InitdbAppeared", "Job db-1-initdb");
    shop.cluster.settle();
    assertThat(shop.cluster.get(LostShop.DB)).isEmpty();
    assertThat(shop.cluster.list(Kinds.JOB, "shop")).isEmpty();
    for (var volume : shop.facts.volumes())
      assertThat(claim(volume.claim())).as("kept").isPresent();
    assertThat(rowsOf(old())).contains("damage");
    // the operator is well again, but what is on the volume is not known any more
    journey.retry();
    assertThat(journey.run()).isEqualTo(Standing.STOPPED);
    assertThat(journey.failure()).contains("InitdbAppeared");
    assertThat(shop.cluster.get(LostShop.DB)).isEmpty();
  }

  @Test
  void aPersonWhoHasLookedMayGoOn() {
    journey.until("CreateCluster");
    var pv = shop.volumeOf("db-1");
    shop.cluster.world().save(pv.edit().annotate(AdoptedGroup.TAINTED, "db-1-initdb"));
    assertThat(journey.run()).isEqualTo(Standing.STOPPED);
    assertThat(journey.failure()).contains("kubectl annotate pv " + pv.name());
    shop.cluster.world().save(shop.volumeOf("db-1").edit().annotate(AdoptedGroup.TAINTED, null));
    journey.retry();
    assertThat(journey.run()).as(journey.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.rows()).isEqualTo(RECOVERED);
  }

  @Test
  void gitOpsThatMakesItAnewDoesNotGetTheRecoveredVolume() {
    shop.cnpg.with(CnpgMishap.RECREATED_BY_GITOPS);
    assertThat(journey.run()).isEqualTo(Standing.STOPPED);
    assertThat(journey.failure()).contains("DeleteCluster ClusterRecreated");
    shop.cluster.settle();
    assertThat(rowsOf(copy())).as("the recovered volume").isEqualTo(RECOVERED);
    assertThat(copy().text("/status/phase")).isEqualTo("Released");
    assertThat(rowsOf(old())).contains("damage");
  }

  @Test
  void aForeignClusterInTheLastGapIsLeftAloneAndSaid() {
    journey.until("CreateCluster");
    var foreign =
        Manifests.one(LostShopManifests.cluster("db", 2, "initdb: {database: shop}", "db"));
    var uid = shop.cluster.as("flux").create(foreign).at("/metadata/uid").asText();
    assertThat(journey.run()).isEqualTo(Standing.STOPPED);
    assertThat(journey.failure()).contains("ClusterRecreated", uid, "made by flux");
    assertThat(shop.cluster.get(LostShop.DB).orElseThrow().uid()).isEqualTo(uid);
  }

  @Test
  void aLeftOverClaimWouldBeAdoptedToo() {
    shop.cnpg.with(CnpgMishap.ORPHAN_CLAIM);
    assertThat(journey.run()).isEqualTo(Standing.STOPPED);
    assertThat(journey.failure()).contains("OrphanClaim");
    assertThat(shop.cluster.get(LostShop.DB)).isEmpty();
    assertThat(rowsOf(copy())).isEqualTo(RECOVERED);
    for (var claim : shop.cluster.list(Kinds.PVC, "shop")) shop.cluster.delete(claim.ref());
    shop.cluster.settle();
    journey.retry();
    assertThat(journey.run()).as(journey.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.rows()).isEqualTo(RECOVERED);
  }

  @Test
  void aVolumeThatWouldGoWithItForbidsTheDeletion() {
    policy(shop.volumeOf("db-2-wal"), "Delete");
    refusedBeforeAnything("OldVolumeNotSafe", "of claim db-2-wal");
  }

  @Test
  void aVolumeThatChangedInTheLastMomentForbidsItToo() {
    journey.until("DeleteCluster");
    policy(old(), "Delete");
    assertThat(journey.run()).isEqualTo(Standing.STOPPED);
    assertThat(journey.failure()).contains("DeleteCluster OldVolumeNotSafe");
    assertThat(shop.cluster.get(LostShop.DB).orElseThrow().terminating()).isFalse();
  }

  @Test
  void anOperatorThatDoesNotAnswerForbidsTheDeletion() {
    shop.cluster.admission((before, after, user) ->
        user.equals("salvor")
                && before != null
                && after != null
                && before.path("kind").asText().equals("Cluster")
            ? Optional.of(new ClusterException.Forbidden("failed calling webhook: no endpoints"))
            : Optional.empty());
    refusedBeforeAnything("CnpgNotAnswering", "no endpoints");
  }

  @Test
  void anOrphanBeforeTheDeletionForbidsIt() {
    shop.cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: db-7, namespace: shop}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """);
    refusedBeforeAnything("OrphanClaim", "db-7");
  }

  @Test
  void aSecretThatChangedAfterItWasKeptIsKeptAnew() {
    journey.until("ProveDeletable");
    var ref = Kinds.SECRET.ref("shop", "db-app");
    var secret = shop.cluster.world().get(ref).orElseThrow();
    secret.withObject("/data").put("password", "bmV3");
    shop.cluster.update(secret);
    assertThat(journey.run()).isEqualTo(Standing.TAKEN_BACK);
    assertThat(journey.failure()).contains("SecretsNotSaved");
    journey.retry();
    assertThat(journey.run()).as(journey.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.cluster.get(ref).orElseThrow().text("/data/password")).isEqualTo("bmV3");
  }

  @Test
  void aSecretThatSomebodyMadeMeanwhileIsNotOverwritten() {
    journey.until("RestoreSecrets");
    shop.cluster.put(
        "{apiVersion: v1, kind: Secret, metadata: {name: db-app, namespace: shop}, data: {password: b3RoZXI=}}");
    assertThat(journey.run()).isEqualTo(Standing.STOPPED);
    assertThat(journey.failure()).contains("RestoreSecrets SecretDiffers");
    shop.cluster.delete(Kinds.SECRET.ref("shop", "db-app"));
    journey.retry();
    assertThat(journey.run()).as(journey.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.secrets()).isEqualTo(shop.secrets);
  }

  @Test
  void aHalfAdoptedGroupIsNotTouched() {
    journey.until("FreeCluster");
    shop.cnpg.with(CnpgMishap.DIES_IN_ADOPTION);
    while (!CnpgCluster.read(shop.cluster, "shop", "db").orElseThrow().reconciled()) journey.tick();
    shop.cluster.advance(Duration.ofSeconds(1));
    var claim = shop.cluster.world().get(Kinds.PVC.ref("shop", "db-1-wal")).orElseThrow();
    var db = shop.cluster.get(LostShop.DB).orElseThrow();
    claim
        .withObject("/metadata")
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "postgresql.cnpg.io/v1")
        .put("kind", "Cluster")
        .put("name", "db")
        .put("uid", db.uid());
    shop.cluster.update(claim);
    assertThat(journey.run()).isEqualTo(Standing.STOPPED);
    assertThat(journey.failure()).contains("AdoptionStuck", "only db-1-wal");
    assertThat(shop.cluster.get(LostShop.DB).orElseThrow().uid()).isEqualTo(db.uid());
  }

  @Test
  void noValueOfASecretIsSaid() {
    var text = new StringBuilder();
    while (journey.tick()) text.append(journey.facts()).append(journey.said());
    for (var data : shop.secrets.values())
      Manifests.one(data)
          .properties()
          .forEach(value -> assertThat(text.toString()).doesNotContain(value.getValue().asText()));
    assertThat(text).contains("Secrets of the Cluster kept");
  }

  private void refusedBeforeAnything(String reason, String said) {
    var uid = shop.cluster.get(LostShop.DB).orElseThrow().uid();
    assertThat(journey.run()).isEqualTo(Standing.TAKEN_BACK);
    assertThat(journey.failure()).contains("ProveDeletable " + reason, said);
    assertThat(shop.cluster.get(LostShop.DB).orElseThrow().uid()).isEqualTo(uid);
    assertThat(shop.cluster.get(SavedSecrets.ref(LostShop.RUN, "shop"))).isEmpty();
  }

  private void policy(Seen volume, String policy) {
    shop.cluster.world().save(volume.edit().set("/spec/persistentVolumeReclaimPolicy", policy));
  }

  private Optional<Seen> claim(String name) {
    return shop.cluster.get(Kinds.PVC.ref("shop", name));
  }

  private VolumeFacts data() {
    return shop.facts.volumes().getFirst();
  }

  private Seen old() {
    var name = Objects.requireNonNull(data().old()).name();
    return shop.cluster.get(Kinds.PV.ref(name)).orElseThrow();
  }

  private Seen copy() {
    return shop.cluster.get(Kinds.PV.ref(data().provenCopy().name())).orElseThrow();
  }

  private List<String> rowsOf(Seen volume) {
    return CnpgModel.rowsOfVolume(shop.cluster.world(), volume.uid());
  }
}
