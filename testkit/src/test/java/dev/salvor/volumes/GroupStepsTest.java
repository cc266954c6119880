package dev.salvor.volumes;

import static dev.salvor.volumes.Database.BEFORE;
import static dev.salvor.volumes.Database.NS;
import static dev.salvor.volumes.Database.OTHERS;
import static dev.salvor.volumes.Database.RECOVERED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.Kinds;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each step of the exchange of a database, met by what somebody else did. */
class GroupStepsTest {
  private final Database db = new Database();

  private Outcome drop(Facts facts) {
    return new DropClaims(db.cluster, db.destroyer, db.run, db.guard()).act(facts, db.moment());
  }

  private void pod(String claim) {
    db.cluster.put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: backup-job, namespace: bank}
        spec:
          nodeName: node-1
          containers: [{name: c, image: i}]
          volumes: [{name: v, persistentVolumeClaim: {claimName: %s}}]
        status: {phase: Succeeded}
        """
            .formatted(claim));
  }

  private static VolumeFacts.Pv old(VolumeFacts volume) {
    var old = volume.old();
    assertThat(old).isNotNull();
    return old;
  }

  @Test
  void aVolumeIsNotPointedElsewhereWhileItsFormerClaimLives() {
    var swap = db.swapped("RetainCopies");
    var before = db.cluster.count();
    var outcome = new PointVolumes(db.cluster, db.run).act(swap.facts(), db.moment());
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo("CopyInUse");
              assertThat(failed.message()).contains(NS + "/db-r1-1");
            });
    assertThat(db.cluster.count()).isEqualTo(before);
  }

  @Test
  void aVolumeIsNotPointedElsewhereBeforeItIsReleased() {
    var swap = db.swapped("RetainCopies");
    db.binder.slow(Database.minutes(60));
    db.cluster.delete(Kinds.PVC.ref(NS, "db-r1-1"));
    db.cluster.delete(Kinds.PVC.ref(NS, "db-r1-1-wal"));
    db.cluster.settle();
    var outcome = new PointVolumes(db.cluster, db.run).act(swap.facts(), db.moment());
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Waiting.class,
            waiting -> assertThat(waiting.message()).contains("not Released"));
  }

  @Test
  void aClaimOfAnInstanceThatNobodyApprovedToDropStopsTheExchangeBeforeItBegins() {
    var swap = db.swapped("DeleteCopy");
    db.instance("db", 4);
    assertThat(swap.run()).isEqualTo(Standing.TAKEN_BACK);
    assertThat(swap.failure()).contains("ClaimAppeared").contains("db-4");
    assertThat(db.data("db-2")).isEqualTo(BEFORE + " in db-2");
    assertThat(Picture.marks(db.cluster)).isEmpty();
  }

  @Test
  void aPodThatUsesAClaimIsNamedAndWaitedFor() {
    var swap = db.swapped("SwapVolumes");
    pod("db-1");
    assertThat(drop(swap.facts()))
        .isInstanceOfSatisfying(
            Outcome.Waiting.class,
            waiting -> assertThat(waiting.message()).contains("db-1", "backup-job"));
    assertThat(db.claim("db-1").orElseThrow().terminating()).isFalse();
    db.cluster.delete(Kinds.POD.ref(NS, "backup-job"));
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
  }

  @Test
  void aClaimWhoseVolumeIsNoLongerRetainedIsNotDeleted() {
    var swap = db.swapped("SwapVolumes");
    var pv = old(swap.facts().postgres().dropped().getFirst()).name();
    db.cluster.world().save(db.pv(pv).edit().set(PvView.POLICY, "Delete"));
    assertThat(swap.run()).isEqualTo(Standing.STOPPED);
    assertThat(swap.failure()).contains("OldVolumeNotSafe");
    assertThat(db.claims()).containsAll(OTHERS);
  }

  @Test
  void nothingIsDroppedOnceGitOpsIsNoLongerHeld() {
    var swap = db.swapped("SwapVolumes");
    db.hold = Optional.of(new Outcome.Failed("SuspensionLost", "flux goes on", "hold it"));
    assertThat(swap.run()).isEqualTo(Standing.STOPPED);
    assertThat(swap.failure()).contains("SuspensionLost");
    assertThat(db.claims()).containsAll(OTHERS);
  }

  @Test
  void aClaimThatIsGoneOrAnotherOneOfThatNameIsLeftAlone() {
    var swap = db.swapped("SwapVolumes");
    db.cluster.delete(Kinds.PVC.ref(NS, "db-1"));
    db.cluster.delete(Kinds.PVC.ref(NS, "db-3"));
    db.cluster.settle();
    db.cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: db-3, namespace: bank}
        spec:
          storageClassName: fast
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Gi}}
        """);
    var foreign = db.claim("db-3").orElseThrow().uid();
    while (!(drop(swap.facts()) instanceof Outcome.Done)) db.cluster.settle();
    assertThat(db.claims()).containsExactly("db-2", "db-2-wal", "db-3");
    assertThat(db.claim("db-3").orElseThrow().uid()).isEqualTo(foreign);
  }

  @Test
  void aCopyThatStillHasItsClusterGetsItsPolicyBackAndOneThatHasNotIsDropped() {
    var bound = db.swapped("RetainCopies");
    var copy = bound.facts().volumes().getFirst().provenCopy().name();
    var retain = new RetainCopies(db.cluster, db.destroyer, db.run);
    while (!(retain.undo(bound.facts(), db.moment()) instanceof Outcome.Done)) db.cluster.settle();
    assertThat(db.pv(copy).text(PvView.POLICY)).isEqualTo("Delete");
    assertThat(db.pv(copy).labels()).doesNotContainKeys(Marks.RUN, Marks.ROLE);
    assertThat(db.data("db-r1-1")).isEqualTo(RECOVERED + " in db-r1-1");

    var other = new Database();
    var released = other.swapped("DeleteCopy");
    var dropped = released.facts().volumes().getFirst().provenCopy().name();
    retain = new RetainCopies(other.cluster, other.destroyer, other.run);
    while (!(retain.undo(released.facts(), other.moment()) instanceof Outcome.Done))
      other.cluster.settle();
    other.cluster.settle();
    assertThat(other.cluster.get(Kinds.PV.ref(dropped))).isEmpty();
  }

  @Test
  void aCopyThatSomebodyTookIsNotRetained() {
    var swap = db.swapped("ReadCopies");
    var copy = swap.facts().volumes().getFirst().provenCopy().name();
    db.cluster
        .world()
        .save(db.pv(copy).edit().set(PvView.CLAIM_REF, PvView.claimRef("elsewhere", "x", "other")));
    var outcome = new RetainCopies(db.cluster, db.destroyer, db.run).act(swap.facts(), db.moment());
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.reason()).isEqualTo("CopyTaken"));
  }

  @Test
  void aDroppedClaimThatWentBeforeItWasRetainedIsNoReasonToStop() {
    var swap = db.swapped("ReviewGroup");
    db.cluster.delete(Kinds.PVC.ref(NS, "db-3"));
    db.cluster.delete(Kinds.PVC.ref(NS, "db-3-wal"));
    db.cluster.settle();
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(db.data("db-2")).isEqualTo(RECOVERED + " in db-r1-1");
  }

  @Test
  void aPointedVolumeGoesBackToItsFormerClaimAlsoWhenSomebodyTookTheNoteAway() {
    var swap = db.swapped("PointVolumes");
    var copy = swap.facts().volumes().getFirst().provenCopy();
    db.cluster.world().save(db.pv(copy.name()).edit().annotate(Marks.BEFORE, null));
    var point = new PointVolumes(db.cluster, db.run);
    while (!(point.undo(swap.facts(), db.moment()) instanceof Outcome.Done)) db.cluster.settle();
    var claimRef = db.pv(copy.name()).at(PvView.CLAIM_REF);
    assertThat(claimRef.path("name").asText()).isEqualTo("db-r1-1");
    assertThat(claimRef.path("uid").asText()).isEqualTo(copy.claimUid());
  }
}
