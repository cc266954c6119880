package dev.salvor.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Killed;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.faults.FaultLoop;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a recovery that no longer exists has left held. */
class GitOpsJanitorTest {
  private static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec: {replicas: 3}
      ---
      """;
  private static final String VOLUMES =
      """
      apiVersion: v1
      kind: PersistentVolume
      metadata: {name: pv-old, labels: {recovery.salvor.dev/run: 0123abcd-1, recovery.salvor.dev/role: old}}
      spec: {storageClassName: fast, claimRef: {namespace: shop, name: data, uid: u1}}
      ---
      apiVersion: v1
      kind: PersistentVolume
      metadata: {name: pv-new, labels: {recovery.salvor.dev/run: 0123abcd-1, recovery.salvor.dev/role: new}}
      spec: {storageClassName: fast, claimRef: {namespace: shop, name: data}}
      ---
      """;
  private static final String CLAIM =
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data, namespace: shop}
      spec: {storageClassName: fast, volumeName: VOLUME, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
      status: {phase: Bound}
      """;
  private final List<String> told = new ArrayList<>();

  @Test
  void leavesALivingRecoveryAlone() {
    var bench = new Bench(WEB);
    var living = new Run(Bench.RUN.ref(), bench.cluster.get(Bench.RUN.ref()).orElseThrow().uid());
    stop(bench, living);
    assertThat(sweep(bench)).isEmpty();
    bench.cluster.delete(living.ref());
    assertThat(sweep(bench)).isPresent();
  }

  @Test
  void givesBackUsersFirstAndRootLast() {
    var bench = vanished("");
    var writes = bench.cluster.count();
    while (sweep(bench).isPresent()) bench.cluster.round();
    assertThat(bench.cluster.writes().stream().skip(writes))
        .extracting(Recorded::ref)
        .containsExactly(Kinds.DEPLOYMENT.ref("shop", "web"), Bench.APPS, Bench.ROOT);
    assertThat(web(bench).at("/spec/replicas").asInt()).isEqualTo(3);
    assertThat(bench.picture().toString()).doesNotContain(Marks.GROUP);
    assertThat(told).hasSize(3);
  }

  @Test
  void isRightAfterEveryFault() {
    new FaultLoop<>(() -> vanished(""), bench -> bench.cluster, this::swept)
        .holds(List.of(Fault.values()));
  }

  private Object swept(Bench bench) {
    for (var i = 0; i < 10; i++) {
      try {
        sweep(bench);
      } catch (ClusterException | Killed met) {
        bench.cluster.round();
      }
    }
    assertThat(web(bench).at("/spec/replicas").asInt()).isEqualTo(3);
    return bench.picture();
  }

  @Test
  void anotherRecoveryOfThatNameIsNotTheSame() {
    var bench = vanished("");
    bench.cluster.put(
        "{apiVersion: recovery.salvor.dev/v1alpha1, kind: NamespaceRestore, metadata: {name: back,"
            + " namespace: shop}, spec: {}}");
    assertThat(sweep(bench)).isPresent();
  }

  @Test
  void writesNothingWhileAClaimIsMissing() {
    var bench = vanished(VOLUMES);
    var writes = bench.cluster.count();
    assertThat(sweep(bench).orElseThrow()).contains("claim shop/data is missing");
    assertThat(bench.cluster.count()).isEqualTo(writes);
    assertThat(told).containsExactly("LeftHeld");
    bench.cluster.put(CLAIM.replace("VOLUME", "pv-new"));
    assertThat(sweep(bench).orElseThrow()).startsWith("gave back");
  }

  @Test
  void writesNothingWhileClaimsAreOfTwoTimes() {
    var second = VOLUMES.replace("pv-", "pv2-").replace("name: data", "name: more");
    var claims =
        CLAIM.replace("VOLUME", "pv-new")
            + "---\n"
            + CLAIM.replace("VOLUME", "pv2-old").replace("name: data", "name: more");
    var bench = vanished(VOLUMES + second + claims);
    assertThat(sweep(bench).orElseThrow()).contains("some claims have their old volume");
  }

  @Test
  void aCopyThatWasNotPointedYetIsNoDanger() {
    var beside =
        VOLUMES.replace(
            "{namespace: shop, name: data}",
            "{namespace: shop-salvor-0123abcd-1, name: data, uid: u2}");
    var bench = vanished(beside + CLAIM.replace("VOLUME", "pv-old"));
    assertThat(sweep(bench).orElseThrow()).startsWith("gave back");
  }

  @Test
  void aKindThatIsNotServedTellsNothing() {
    var bench = vanished("");
    bench.cluster.absent(Kinds.NAMESPACE_RESTORE);
    assertThat(sweep(bench)).isEmpty();
  }

  @Test
  void doesNotWriteForAForger() {
    var bench = new Bench(WEB);
    var web = web(bench);
    web.withObject("/metadata/annotations")
        .put(Marks.HELD_BY, Bench.RUN.by())
        .put(Marks.BEFORE, "{\"/spec/template/spec/serviceAccountName\":\"admin\"}");
    bench.cluster.update(web);
    assertThat(sweep(bench).orElseThrow()).contains("serviceAccountName");
    assertThat(bench.cluster.count()).isZero();
  }

  @Test
  void whoScaledItMeanwhileIsRight() {
    var bench = vanished("");
    var web = web(bench);
    web.withObject("/spec").put("replicas", 5);
    bench.cluster.update(web);
    assertThat(sweep(bench)).isPresent();
    assertThat(web(bench).at("/spec/replicas").asInt()).isEqualTo(5);
    assertThat(web(bench).toString()).doesNotContain(Marks.HELD_BY);
  }

  private Optional<String> sweep(Bench bench) {
    return new GitOpsJanitor(
            bench.cluster,
            (_, _, _, reason, _, _, _) -> told.add(reason),
            Clock.fixed(bench.cluster.now(), ZoneOffset.UTC))
        .sweep();
  }

  private static Bench vanished(String more) {
    var bench = Cases.contested();
    bench.cluster.put(WEB + more);
    bench.held(bench.discover());
    stop(bench, Bench.RUN);
    bench.cluster.delete(Bench.RUN.ref());
    return bench;
  }

  private static void stop(Bench bench, Run run) {
    var web = bench.cluster.get(Kinds.DEPLOYMENT.ref("shop", "web")).orElseThrow();
    bench.cluster.write(
        Before.hold(web, run, Before.of(web, List.of("/spec/replicas")))
            .set("/spec/replicas", 0)
            .write());
  }

  private static ObjectNode web(Bench bench) {
    return bench.cluster.world().get(Kinds.DEPLOYMENT.ref("shop", "web")).orElseThrow();
  }
}
