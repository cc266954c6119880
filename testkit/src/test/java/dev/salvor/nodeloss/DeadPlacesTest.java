package dev.salvor.nodeloss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Verdict;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Killed;
import dev.salvor.testkit.faults.Coverage;
import dev.salvor.testkit.faults.FaultLoop;
import java.time.Duration;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * What whole runbooks do not come to, because the modelled volumes have no provisioner's finalizer,
 * and the modelled StatefulSet makes its pod again only once the claim is gone: with every fault.
 */
class DeadPlacesTest {
  private static final Ref POD = Kinds.POD.ref("shop", "db-0");
  private static final Ref VOLUME = Kinds.PV.ref("pv-1");

  private static FakeCluster cluster() {
    return new FakeCluster()
        .put(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: db-0, namespace: shop}
            spec:
              containers: [{name: main, image: db}]
              volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
            status: {phase: Pending}
            ---
            apiVersion: v1
            kind: PersistentVolume
            metadata:
              name: pv-1
              labels: {%s: 0123abcd-run}
              finalizers: [kubernetes.io/pv-protection, external-provisioner.volume.kubernetes.io/finalizer]
            spec:
              capacity: {storage: 1Gi}
              persistentVolumeReclaimPolicy: Retain
              csi: {driver: local.example, volumeHandle: v1}
              nodeAffinity:
                required:
                  nodeSelectorTerms:
                  - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [n1]}]
            status: {phase: Released}
            """
                .formatted(Marks.RUN));
  }

  private static Facts facts(FakeCluster cluster) {
    var pod = cluster.get(POD).map(seen -> new Victim(POD, seen.uid())).stream().toList();
    var volume = cluster.get(VOLUME).orElseThrow().uid();
    var row =
        new StrandedClaim(
            "shop",
            "data",
            "u1",
            "pv-1",
            volume,
            "Retain",
            "local",
            "1Gi",
            Verdict.Stranded,
            Way.Empty,
            null,
            pod,
            null,
            null,
            "");
    return GoneNode.facts(row);
  }

  /** To its end, by a process that is started again when it was killed. */
  private static Object end(
      FakeCluster cluster, BiFunction<FakeCluster, Destroyer, Act<Facts>> starts) {
    var facts = facts(cluster);
    for (var tick = 0; tick < 30; tick++) {
      var destroyer = new Destroyer(cluster, (_, _, _, _, _, _, _) -> {}, GoneNode.RUN);
      try {
        var outcome =
            starts.apply(cluster, destroyer).act(facts, new Moment(cluster.now(), cluster.now()));
        if (outcome instanceof Outcome.Done(var message))
          return message
              + cluster.get(POD).isPresent()
              + cluster.get(VOLUME).map(seen -> seen.at("/metadata/finalizers").toString());
      } catch (Killed | ClusterException again) {
        // the next tick looks again
      }
      cluster.advance(Duration.ofSeconds(1));
      protect(cluster);
    }
    throw new AssertionError("it does not end");
  }

  /** Kubernetes' own protection of a volume, which nobody models here. */
  private static void protect(FakeCluster cluster) {
    var volume = cluster.world().get(VOLUME);
    if (volume.isEmpty() || !volume.get().at("/metadata").has("deletionTimestamp")) return;
    var kept = volume.get().arrayNode();
    for (var one : volume.get().at("/metadata/finalizers"))
      if (!one.asText().startsWith("kubernetes.io/")) kept.add(one);
    volume.get().withObject("/metadata").set("finalizers", kept);
    cluster.world().update(volume.get());
  }

  private static void everyFault(BiFunction<FakeCluster, Destroyer, Act<Facts>> starts) {
    new FaultLoop<>(DeadPlacesTest::cluster, one -> one, one -> end(one, starts))
        .holds(Coverage.DEMANDED);
  }

  @Test
  void aPodThatWaitsForTheLostNodeIsDeletedOnce() {
    var calm = cluster();
    assertThat(end(calm, EvictDeadPods::new)).asString().contains("false");
    assertThat(calm.get(VOLUME)).as("nothing else").isPresent();
    everyFault(EvictDeadPods::new);
  }

  @Test
  void aVolumeWhoseProvisionerIsGoneTooIsForgottenOnce() {
    var calm = cluster();
    assertThat(end(calm, ForgetVolumes::new)).asString().endsWith("Optional.empty");
    assertThat(calm.get(POD)).as("nothing else").isPresent();
    everyFault(ForgetVolumes::new);
  }
}
