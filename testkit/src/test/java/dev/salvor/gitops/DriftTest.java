package dev.salvor.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.HoldFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What GitOps would destroy when it comes back. */
class DriftTest {
  private static final String CLAIM =
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data, namespace: shop}
      spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
      ---
      """;
  private static final String FORCING = Cases.APPS.replace("{interval", "{force: true, interval");
  private static final String PRUNING =
      Cases.APPLICATION.replace(
          "{group: apps, kind: Deployment, namespace: shop, name: web}",
          "{group: \"\", kind: ConfigMap, namespace: shop, name: settings, requiresPruning: true}");

  @Test
  void aRestoredClaimThatIsAsBeforeIsNoDanger() {
    var bench = new Bench(CLAIM + FORCING);
    assertThat(look(bench, was("fast", bench))).isInstanceOf(Sight.Seen.class);
  }

  @Test
  void anotherClassIsNoDangerWithoutForce() {
    var bench = new Bench(CLAIM + Cases.APPS);
    assertThat(look(bench, was("slow", bench))).isInstanceOf(Sight.Seen.class);
  }

  @Test
  void anotherClassAndForceWaitForAPersonAndGoOn() {
    var bench = new Bench(CLAIM + FORCING);
    var facts = was("slow", bench);
    var waits = (Sight.NotYet<Facts>) look(bench, facts);
    assertThat(waits.person()).isTrue();
    assertThat(waits.message())
        .contains("PersistentVolumeClaim shop/data has StorageClass fast, before it had slow")
        .contains("kubectl -n shop annotate pvc data");
    bench.cluster.put(Cases.APPS);
    assertThat(look(bench, facts)).isInstanceOf(Sight.Seen.class);
  }

  @Test
  void whatIsPrunedWaitsForAPersonInNamespaceScope() {
    var bench =
        new Bench(
            PRUNING
                + "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}}");
    var facts = namespaceScope(bench.discover());
    var waits = (Sight.NotYet<Facts>) look(bench, facts, Duration.ofMinutes(5));
    assertThat(waits.person()).isTrue();
    assertThat(waits.message()).contains("would prune ConfigMap shop/settings");
    bench.cluster.put(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop, annotations:"
            + " {argocd.argoproj.io/sync-options: Prune=false}}}");
    assertThat(look(bench, facts, Duration.ofMinutes(5))).isInstanceOf(Sight.Seen.class);
  }

  @Test
  void aComparisonIsWaitedForFirst() {
    var bench = new Bench(Cases.APPLICATION);
    var facts = namespaceScope(bench.discover());
    var waits = (Sight.NotYet<Facts>) look(bench, facts);
    assertThat(waits.person()).isFalse();
    var app = bench.cluster.world().get(Bench.APP).orElseThrow();
    app.withObject("/status").put("reconciledAt", bench.cluster.now().toString());
    bench.cluster.update(app);
    assertThat(look(bench, facts)).isInstanceOf(Sight.Seen.class);
  }

  @Test
  void noComparisonIsSaidAndPasses() {
    var bench = new Bench(Cases.APPLICATION);
    var seen =
        (Sight.Seen<Facts>) look(bench, namespaceScope(bench.discover()), Duration.ofMinutes(5));
    assertThat(seen.message()).contains("not compared by Argo CD: Application argocd/shop");
  }

  @Test
  void whatWasOutOfGitBeforeIsNotJudgedInVolumesScope() {
    var bench = new Bench(PRUNING);
    assertThat(look(bench, bench.discover())).isInstanceOf(Sight.Seen.class);
  }

  @Test
  void aClaimThatIsPrunedWaitsForAPersonInAnyScope() {
    var bench =
        new Bench(
            CLAIM
                + PRUNING
                    .replace("kind: ConfigMap", "kind: PersistentVolumeClaim")
                    .replace("name: settings", "name: data"));
    var waits = (Sight.NotYet<Facts>) look(bench, was("fast", bench));
    assertThat(waits.person()).isTrue();
  }

  private static Facts was(String storageClass, Bench bench) {
    var manifest = Manifests.parse(CLAIM.replace("fast", storageClass)).getFirst();
    return bench
        .discover()
        .withVolumes(List.of(new VolumeFacts("data", null, manifest, null, null, null)));
  }

  private static Facts namespaceScope(Facts facts) {
    return facts.withWorkloads(
        List.of(new HoldFacts(Kinds.DEPLOYMENT.ref("shop", "web"), "uid-web", null)));
  }

  private static Sight<Facts> look(Bench bench, Facts facts) {
    return look(bench, facts, Duration.ZERO);
  }

  private static Sight<Facts> look(Bench bench, Facts facts, Duration running) {
    return new CheckGitDrift(bench.cluster, Bench.RUN).look(facts, bench.moment(running));
  }
}
