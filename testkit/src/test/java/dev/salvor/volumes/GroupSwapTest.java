package dev.salvor.volumes;

import static dev.salvor.volumes.Database.BEFORE;
import static dev.salvor.volumes.Database.CLAIMS;
import static dev.salvor.volumes.Database.NS;
import static dev.salvor.volumes.Database.OTHERS;
import static dev.salvor.volumes.Database.RECOVERED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Journal;
import dev.salvor.kube.Kinds;
import org.junit.jupiter.api.Test;

/** The exchange of a database's volumes, the way back, and the release. */
class GroupSwapTest {
  private final Database db = new Database();

  private Ticks swap() {
    var swap = new Ticks(db.cluster, db.swap(), Facts.none("x"));
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    return swap;
  }

  private Ticks undo(Facts facts, int joins) {
    var undo = new Ticks(db.cluster, db.undo(joins), facts);
    assertThat(undo.run()).as(undo.failure()).isEqualTo(Standing.COMPLETE);
    return undo;
  }

  @Test
  void thePrimarysClaimsAreOnTheRecoveredVolumesAndLookAsCloudNativePgMadeThem() {
    var before = CLAIMS.stream().map(claim -> db.claim(claim).orElseThrow()).toList();
    swap();
    assertThat(db.data("db-2")).isEqualTo(RECOVERED + " in db-r1-1");
    assertThat(db.data("db-2-wal")).isEqualTo(RECOVERED + " in db-r1-1-wal");
    for (var was : before) {
      var is = db.claim(was.name()).orElseThrow();
      assertThat(is.uid()).isNotEqualTo(was.uid());
      assertThat(is.labels()).isEqualTo(was.labels());
      assertThat(is.annotation("cnpg.io/nodeSerial")).isEqualTo("2");
      assertThat(is.annotation("cnpg.io/pvcStatus")).isEqualTo("ready");
      assertThat(is.annotations().keySet()).noneMatch(key -> key.startsWith(Marks.GROUP));
      assertThat(is.at("/metadata/ownerReferences")).isEqualTo(was.at("/metadata/ownerReferences"));
      var pv = db.volumeOf(was.name());
      assertThat(pv.text(PvView.POLICY)).isEqualTo("Delete");
      assertThat(pv.annotations().keySet()).noneMatch(key -> key.startsWith(Marks.GROUP));
      assertThat(pv.labels()).doesNotContainKeys(Marks.RUN, Marks.ROLE);
    }
  }

  @Test
  void theOtherInstancesAreDroppedAndTheirVolumesKeptOutOfBackups() {
    var swap = swap();
    assertThat(db.claims()).containsExactly("db-2", "db-2-wal", "db-4", "db-4-wal");
    assertThat(swap.facts().postgres().dropped()).hasSize(OTHERS.size());
    for (var dropped : swap.facts().postgres().dropped()) {
      var old = dropped.old();
      assertThat(old).isNotNull();
      var kept = db.pv(old.name());
      assertThat(kept.text("/status/phase")).isEqualTo("Released");
      assertThat(kept.text(PvView.POLICY)).isEqualTo("Retain");
      assertThat(kept.label(Marks.EXCLUDE_FROM_BACKUP)).isEqualTo("true");
      assertThat(db.cluster.data(kept.uid())).startsWith("replica of " + BEFORE);
    }
  }

  @Test
  void theUndoGivesTheOldDataBackAndDropsTheInstancesThatJoinedSince() {
    var swap = swap();
    assertThat(UndoWindow.of(db.cluster, swap.facts())).isEmpty();
    var undo = undo(swap.facts(), 5);
    for (var claim : CLAIMS) assertThat(db.data(claim)).isEqualTo(BEFORE + " in " + claim);
    assertThat(db.claims()).containsExactly("db-2", "db-2-wal", "db-5", "db-5-wal");
    assertThat(undo.facts().postgres().dropped().stream().map(volume -> volume.claim()))
        .containsExactlyInAnyOrder("db-1", "db-1-wal", "db-3", "db-3-wal", "db-4", "db-4-wal");
    assertThat(db.cluster.volumeData().all().values())
        .contains(RECOVERED + " in db-r1-1", RECOVERED + " in db-r1-1-wal");

    undo(undo.facts(), 6);
    assertThat(db.data("db-2")).isEqualTo(RECOVERED + " in db-r1-1");
    assertThat(db.data("db-2-wal")).isEqualTo(RECOVERED + " in db-r1-1-wal");
  }

  @Test
  void anInstanceThatJoinedAfterTheFirstLookOfTheUndoIsDroppedToo() {
    var swap = swap();
    var undo = new Ticks(db.cluster, db.undo(5), swap.facts());
    while (!undo.journal().in("UndoRetainVolumes", Journal.State.DONE)) undo.run(1);
    db.instance("db", 6);
    db.cluster.settle();
    db.fill("db-6", "replica of " + RECOVERED);
    var volume = db.volumeOf("db-6");
    assertThat(undo.run()).as(undo.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(db.claims()).containsExactly("db-2", "db-2-wal", "db-5", "db-5-wal");
    for (var claim : CLAIMS) assertThat(db.data(claim)).isEqualTo(BEFORE + " in " + claim);
    assertThat(db.pv(volume.name()).text(PvView.POLICY)).isEqualTo("Retain");
    assertThat(db.cluster.data(volume.uid())).startsWith("replica of " + RECOVERED);
  }

  @Test
  void theReleaseLetsGoOfTheOldVolumesOfAllInstancesAndOfNothingElse() {
    var swap = swap();
    var release = new Ticks(db.cluster, db.release(), swap.facts());
    assertThat(release.run()).as(release.failure()).isEqualTo(Standing.COMPLETE);
    db.cluster.settle();
    assertThat(db.cluster.list(Kinds.PV, "").stream().map(pv -> pv.text("/spec/claimRef/name")))
        .containsExactlyInAnyOrder("db-2", "db-2-wal", "db-4", "db-4-wal");
    assertThat(db.data("db-2")).isEqualTo(RECOVERED + " in db-r1-1");
    assertThat(UndoWindow.of(db.cluster, swap.facts())).isPresent();
  }

  @Test
  void theReleaseAfterAnUndoLetsGoOfWhatBothExchangesLeft() {
    var undo = undo(swap().facts(), 5);
    var release = new Ticks(db.cluster, db.release(), undo.facts());
    assertThat(release.run()).as(release.failure()).isEqualTo(Standing.COMPLETE);
    db.cluster.settle();
    assertThat(db.cluster.list(Kinds.PV, "").stream().map(pv -> pv.text("/spec/claimRef/name")))
        .containsExactlyInAnyOrder("db-2", "db-2-wal", "db-5", "db-5-wal");
  }

  @Test
  void nothingIsReleasedOnceSomebodyUsesAVolumeOfAFormerInstance() {
    var swap = swap();
    var old = swap.facts().postgres().dropped().getFirst().old();
    assertThat(old).isNotNull();
    db.cluster
        .world()
        .save(
            db.pv(old.name()).edit().set(PvView.CLAIM_REF, PvView.claimRef("elsewhere", "x", "")));
    var volumes = db.cluster.list(Kinds.PV, "").size();
    var release = new Ticks(db.cluster, db.release(), swap.facts());
    release.run();
    db.cluster.settle();
    assertThat(release.failure()).contains("VolumesNotReleased", "elsewhere/x");
    assertThat(db.cluster.list(Kinds.PV, "")).hasSize(volumes);
  }

  @Test
  void dataAndWalGoBackTogetherOrNotAtAll() {
    var swap = swap();
    var wal = swap.facts().volumes().getLast().old();
    assertThat(wal).isNotNull();
    db.cluster.world().save(db.pv(wal.name()).edit().remove("/metadata/finalizers"));
    db.cluster.delete(Kinds.PV.ref(wal.name()));
    assertThat(UndoWindow.of(db.cluster, swap.facts()))
        .hasValueSatisfying(why -> assertThat(why).contains("db-2-wal"));
    // and neither if there never was one
    var lost =
        swap.facts()
            .withVolumes(
                swap.facts().volumes().stream()
                    .map(volume ->
                        volume.claim().equals("db-2-wal")
                            ? new dev.salvor.api.VolumeFacts(
                                volume.claim(),
                                volume.claimUid(),
                                volume.manifest(),
                                null,
                                null,
                                volume.copy())
                            : volume)
                    .toList());
    assertThat(UndoWindow.of(db.cluster, lost)).isPresent();
  }

  @Test
  void theUndoReachesItsEndWhenReplicasAreLeftOfBeforeTheExchange() {
    var swap = db.swapped("SwapVolumes");
    assertThat(db.claims()).containsAll(OTHERS);
    var undo = undo(swap.facts(), 5);
    assertThat(db.claims()).containsExactly("db-2", "db-2-wal", "db-5", "db-5-wal");
    assertThat(db.data("db-2")).isEqualTo(BEFORE + " in db-2");
    assertThat(undo.facts().postgres().dropped()).hasSize(OTHERS.size());
  }

  @Test
  void anAbsentClaimIsMadeAsTheCopysIs() {
    db.cluster.delete(Kinds.CLUSTER.ref(NS, "db"));
    db.cluster.settle();
    assertThat(db.claims()).isEmpty();
    var swap = new Ticks(db.cluster, db.swap(), Facts.none("x"));
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(swap.facts().findings().stream().map(found -> found.reason()))
        .contains("ClaimMissing");
    var claim = db.claim("db-2-wal").orElseThrow();
    assertThat(claim.labels())
        .containsEntry("cnpg.io/cluster", "db")
        .containsEntry("cnpg.io/instanceName", "db-2")
        .containsEntry("cnpg.io/instanceRole", "primary")
        .containsEntry("cnpg.io/pvcRole", "PG_WAL");
    assertThat(claim.annotation("cnpg.io/nodeSerial")).isEqualTo("2");
    assertThat(claim.has("/metadata/ownerReferences")).isFalse();
    assertThat(db.data("db-2-wal")).isEqualTo(RECOVERED + " in db-r1-1-wal");
    assertThat(UndoWindow.of(db.cluster, swap.facts())).isPresent();
  }
}
