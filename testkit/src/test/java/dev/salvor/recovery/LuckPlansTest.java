package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runbooks that meet bad luck which needs more than one fault (swap.md 4.1, 5, 7, 10). */
class LuckPlansTest {
  private static final String SWAP = "backup: {name: monday}\nprepare: {keepFor: 30m}\n";
  private static final List<String> CLAIMS =
      List.of("data-db-0", "log-db-0", "data-db-1", "log-db-1");

  /** What refuses the creation of a claim of the shop while {@code on}. */
  private static final class Refusal {
    boolean on = true;
    int times;

    void into(Shop shop, String claim, Function<String, ClusterException> how) {
      shop.cluster.admission((before, after, who) -> {
        var hit =
            on
                && before == null
                && after != null
                && who.equals(Marks.MANAGER)
                && after.path("kind").asText().equals("PersistentVolumeClaim")
                && after.at("/metadata/namespace").asText().equals("shop")
                && after.at("/metadata/name").asText().equals(claim);
        if (!hit) return Optional.empty();
        times++;
        return Optional.of(how.apply(claim));
      });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"data-db-0", "log-db-1"})
  void whileOneClaimOfAGroupIsRefusedNoConsumerStarts(String claim) {
    for (var admission : List.of(true, false)) {
      var shop = stateful();
      var refusal = new Refusal();
      refusal.into(shop, claim, name -> admission ? denied(name) : exceeded(name));
      var story = new Story(shop.recovers(SWAP));
      var starts = shop.kubelet.startsIn("shop").size();
      assertThat(story.ends()).isEqualTo("Failed");
      assertThat(story.reason()).isEqualTo(admission ? "ClaimRefused" : "DeadlineExceeded");
      assertThat(story.message()).contains(claim).contains(admission ? "denied" : "exceeded quota");
      assertThat(refusal.times).isPositive();
      assertThat(shop.kubelet.startsIn("shop")).hasSize(starts);
      assertThat(replicas(shop)).isZero();
      refusal.on = false;
      assertThat(story.retried()).as(story.message()).isEqualTo("Succeeded");
      for (var each : CLAIMS) assertThat(shop.data(each)).isEqualTo("good-monday-" + each);
    }
  }

  @Test
  void aQuotaThatStillCountsTheDeletedClaimOnlyTakesLonger() {
    for (var times : List.of(1, 2, 30)) {
      var shop = stateful();
      shop.cluster.exceedQuota("shop", times);
      var story = new Story(shop.recovers(SWAP));
      assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
      for (var each : CLAIMS) assertThat(shop.data(each)).isEqualTo("good-monday-" + each);
    }
  }

  @Test
  void aPodThatUsesUpItsGracePeriodOnlyTakesLonger() {
    var shop = stateful();
    shop.kubelet.ignoresTermination(pod -> pod.namespace().equals("shop"));
    var story = new Story(shop.recovers(SWAP));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    for (var each : CLAIMS) assertThat(shop.data(each)).isEqualTo("good-monday-" + each);
  }

  @Test
  void aPodThatNeverStopsIsNamedAndNoClaimIsDeleted() {
    var shop = stateful();
    shop.kubelet.neverStops(pod -> pod.namespace().equals("shop") && pod.name().equals("db-1"));
    var story = new Story(shop.recovers(SWAP));
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.message()).contains("db-1");
    assertThat(shop.cluster.writes())
        .noneMatch(write ->
            write.verb() == Recorded.Verb.DELETE && "shop".equals(write.ref().namespace()));
    for (var each : CLAIMS) assertThat(shop.data(each)).isEqualTo("old-" + each);
    assertThat(replicas(shop)).as("production goes on").isEqualTo(2);
    shop.kubelet.neverStops(_ -> false);
    shop.cluster.settle();
    assertThat(story.retried()).as(story.message()).isEqualTo("Succeeded");
    for (var each : CLAIMS) assertThat(shop.data(each)).isEqualTo("good-monday-" + each);
  }

  @Test
  void gitOpsStaysHeldUntilAPersonGivesItBack() {
    var shop = Scenarios.deployedUnderFlux();
    var story = new Story(shop.recovers(SWAP + "gitOps: {resume: Manual}"));
    story.untilStep("ResumeGitOps");
    for (var hour = 0; hour < 3; hour++) {
      shop.cluster.advance(Duration.ofHours(1));
      story.dies();
      story.ticks(5);
      assertThat(suspended(shop)).isTrue();
      assertThat(story.message()).contains("kubectl -n shop patch").contains("Automatic");
      assertThat(shop.data("data")).isEqualTo("good-monday-data");
    }
    story.stage.edit("{\"spec\": {\"gitOps\": {\"resume\": \"Automatic\"}}}");
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(suspended(shop)).isFalse();
    assertThat(shop.data("data")).isEqualTo("good-monday-data");
  }

  /** N1: a pod cannot be on two nodes, and after the exchange it would be too late to see it. */
  @Test
  void copiesOnTwoNodesStopBeforeAnythingOfProductionIsTouched() {
    var shop = new Shop();
    shop.provisioner.nodeLocal();
    shop.statefulSet().backedUp("monday").damaged();
    shop.cluster.with(world -> moved(world, "log-db-0"));
    var story = new Story(shop.recovers(SWAP));
    var starts = shop.kubelet.startsIn("shop").size();
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.message()).contains("no node has all the volumes").contains("db-0");
    assertThat(shop.kubelet.startsIn("shop")).hasSize(starts);
    assertThat(shop.cluster.writes())
        .noneMatch(write ->
            "shop".equals(write.ref().namespace()) && !Kinds.NAMESPACE_RESTORE.of(write.ref()));
    for (var each : CLAIMS) assertThat(shop.data(each)).isEqualTo("old-" + each);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "strategy: InPlace\n", "scope: Namespace\n"})
  void twoRecoveriesOfOneNamespaceRunOneAfterTheOther(String how) {
    var shop = Scenarios.deployedUnderFlux();
    var first = new Story(shop.recovers("backup: {name: monday}\n" + how));
    var second = new Story(shop.recoversToo("too", "backup: {name: monday}\n" + how));
    var told = new ArrayList<String>();
    var going = true;
    for (var tick = 0; going && tick < 1000; tick++) {
      going = first.tick() | second.tick();
      told.add(first.message());
      told.add(second.message());
      // never both: only one holds the lease, and only that one holds anything else
      assertThat(holders(shop)).hasSizeLessThanOrEqualTo(1);
    }
    assertThat(told)
        .anyMatch(message ->
            message.startsWith("waiting for NamespaceRestore shop/")
                && message.contains("one recovery at a time of namespace"));
    var ends = List.of(first.ends(), second.ends());
    assertThat(ends).as(first.message() + " / " + second.message()).contains("Succeeded");
    assertThat(ends).allMatch(phase -> List.of("Succeeded", "Failed", "Refused").contains(phase));
    assertThat(shop.data("data")).isEqualTo("good-monday-data");
    assertThat(suspended(shop)).isFalse();
    assertThat(shop.object(Kinds.DEPLOYMENT, "shop", "web").at("/status/readyReplicas").asInt())
        .isEqualTo(1);
    for (var lease : shop.cluster.world().list(Kinds.LEASE, ""))
      assertThat(lease.at("/spec").has("holderIdentity")).isFalse();
  }

  /** Signatures of recoveries on what is theirs for the time of an exchange. */
  private static List<String> holders(Shop shop) {
    return Stream.of(Kinds.KUSTOMIZATION, Kinds.DEPLOYMENT, Kinds.SCHEDULE)
        .flatMap(kind -> shop.cluster.world().list(kind, "").stream())
        .map(object -> object.at("/metadata/annotations").path(Marks.HELD_BY).asText(""))
        .filter(holder -> !holder.isEmpty())
        .distinct()
        .toList();
  }

  /** The copy of this claim is on the other node, as soon as there is one. */
  private static void moved(World world, String claim) {
    for (var pv : world.look(Kinds.PV, "")) {
      var values = "/spec/nodeAffinity/required/nodeSelectorTerms/0/matchExpressions/0/values";
      if (!pv.text("/spec/claimRef/name").equals(claim)
          || pv.text("/spec/claimRef/namespace").equals("shop")
          || !pv.text("/status/phase").equals("Released")) continue;
      var there = pv.at(values).path(0).asText();
      var other = there.equals("node-1") ? "node-2" : "node-1";
      if (pv.has("/metadata/annotations/moved")) continue;
      var terms =
          Manifests.one(
              "required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname,"
                  + " operator: In, values: ["
                  + other
                  + "]}]}]}");
      world.save(pv.edit().set("/spec/nodeAffinity", terms).annotate("moved", "true"));
    }
  }

  private static boolean suspended(Shop shop) {
    return shop.object(Kinds.KUSTOMIZATION, "flux-system", "apps").at("/spec/suspend").asBoolean();
  }

  private static int replicas(Shop shop) {
    return shop.object(Kinds.STATEFUL_SET, "shop", "db").at("/spec/replicas").asInt();
  }

  private static Shop stateful() {
    return new Shop().statefulSet().backedUp("monday").damaged();
  }

  private static ClusterException denied(String claim) {
    return new ClusterException.Invalid(
        "admission webhook \"claims.example\" denied the request: " + claim);
  }

  private static ClusterException exceeded(String claim) {
    return new ClusterException.Forbidden(
        "persistentvolumeclaims \"" + claim + "\" is forbidden: exceeded quota: storage");
  }
}
