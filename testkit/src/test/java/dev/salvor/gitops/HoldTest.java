package dev.salvor.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.OwnerFacts;
import dev.salvor.api.Ref;
import dev.salvor.engine.Outcome;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Recorded;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Holding, the barrier, the guard, and giving back, where something comes in between. */
class HoldTest {
  @Test
  void rootFirstAndLeafFirst() {
    var bench = Cases.contested();
    var facts = bench.discover();
    bench.held(facts);
    bench.drive(bench.resume(), facts);
    assertThat(bench.cluster.writes())
        .extracting(Recorded::ref)
        .containsExactly(Bench.ROOT, Bench.APPS, Bench.APPS, Bench.ROOT);
  }

  @Test
  void onePatchHoldsAndAsks() {
    var bench = new Bench(Cases.APPS);
    var facts = bench.discover();
    bench.suspend().act(facts, bench.moment(Duration.ZERO));
    var held = bench.cluster.world().get(Bench.APPS).orElseThrow();
    assertThat(held.at("/spec/suspend").asBoolean()).isTrue();
    var annotations = held.at("/metadata/annotations");
    assertThat(annotations.path(FluxBrake.REQUESTED_AT).asText()).contains(Bench.RUN.shortId());
    assertThat(annotations.path(Marks.HELD_BY).asText()).isEqualTo(Bench.RUN.by());
    assertThat(annotations.path(Marks.BEFORE).asText()).isEqualTo("{\"/spec/suspend\":null}");
    // suspended, but nobody has answered
    assertThat(bench.suspend().act(facts, bench.moment(Duration.ZERO)))
        .isInstanceOf(Outcome.Waiting.class);
  }

  @Test
  void aLaterRequestProvesAsMuch() {
    var bench = new Bench(Cases.APPS);
    var facts = bench.discover();
    bench.suspend().act(facts, bench.moment(Duration.ZERO));
    change(
        bench,
        Bench.APPS,
        owner ->
            owner.withObject("/metadata/annotations").put(FluxBrake.REQUESTED_AT, "a webhook"));
    bench.cluster.round();
    assertThat(bench.held(facts)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void aControllerThatDoesNotAnswerIsSaidAndThenFails() {
    var bench = new Bench(Cases.APPS);
    bench.tools.fluxDown = true;
    var facts = bench.discover();
    bench.suspend().act(facts, bench.moment(Duration.ZERO));
    assertThat(bench.suspend().act(facts, bench.moment(Duration.ofMinutes(2))).toString())
        .contains("unconfirmed for 2 min");
    var failed = (Outcome.Failed) bench.held(facts);
    assertThat(failed.reason()).isEqualTo("HoldUnconfirmed");
    assertThat(failed.remedy()).contains("kustomize-controller");
  }

  @Test
  void aControllerThatIsOffForCertainNeedsNoAnswer() {
    var controller =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: kustomize-controller, namespace: flux-system, labels: {app.kubernetes.io/component: kustomize-controller}}
        spec: {replicas: 0, selector: {matchLabels: {app: kustomize-controller}}}
        status: {observedGeneration: 1}
        ---
        """;
    var pod =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: going, namespace: flux-system, labels: {app: kustomize-controller}}
        spec: {containers: [{name: c, image: c}]}
        """;
    var off = new Bench(Cases.APPS + controller);
    off.tools.fluxDown = true;
    assertThat(off.held(off.discover())).isInstanceOf(Outcome.Done.class);
    var going = new Bench(Cases.APPS + controller + pod);
    going.tools.fluxDown = true;
    assertThat(going.held(going.discover())).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void argoWithoutGitHoldsStill() {
    var bench =
        new Bench(
            Cases.APPLICATION.replace(
                "  sync: {status: Synced}",
                "  sync: {status: Unknown}\n  conditions: [{type: ComparisonError, message: no Git}]"));
    bench.tools.argoDown = true;
    var facts = bench.discover();
    bench.suspend().act(facts, bench.moment(Duration.ZERO));
    assertThat(bench.suspend().act(facts, bench.moment(Duration.ofMinutes(4))))
        .isInstanceOf(Outcome.Waiting.class);
    assertThat(bench.suspend().act(facts, bench.moment(Duration.ofMinutes(5))))
        .isInstanceOf(Outcome.Done.class);
  }

  @Test
  void aSyncThatRunsTooLongIsEnded() {
    var bench = Cases.argo();
    var facts = bench.discover();
    GitOpsHeldTest.syncing(bench);
    assertThat(bench.held(facts)).isInstanceOf(Outcome.Done.class);
    var app = bench.cluster.world().get(Bench.APP).orElseThrow();
    assertThat(app.at("/status/operationState/phase").asText()).isEqualTo("Failed");
    assertThat(app.has("operation")).isFalse();
  }

  @Test
  void aRevertWhileHoldingIsSuspensionLost() {
    var bench = new Bench(Cases.APPS);
    bench.tools.fluxDown = true;
    var facts = bench.discover();
    bench.suspend().act(facts, bench.moment(Duration.ZERO));
    bench.cluster.as("flux-operator").apply(Manifests.parse(Cases.CONTESTED).getFirst());
    var failed = (Outcome.Failed) bench.held(facts);
    assertThat(failed.reason()).isEqualTo("SuspensionLost");
    assertThat(failed.message()).contains("Kustomization flux-system/apps", "flux-operator");
  }

  @Test
  void whatAPersonHadSuspendedIsNotWrittenAndStaysSo() {
    var bench = new Bench(Cases.APPS.replace("{interval", "{suspend: true, interval"));
    var facts = bench.discover();
    assertThat(bench.held(facts)).isInstanceOf(Outcome.Done.class);
    assertThat(bench.drive(bench.resume(), facts).toString()).contains("still so");
    assertThat(bench.cluster.count()).isZero();
    change(bench, Bench.APPS, owner -> owner.withObject("/spec").put("suspend", false));
    assertThat(bench.guard().broken(facts).orElseThrow().message())
        .contains("was suspended when the plan was made");
    assertThat(((Outcome.Failed) bench.held(facts)).reason()).isEqualTo("SuspensionLost");
  }

  @Test
  void whatAPersonSuspendsBetweenPlanAndHoldStaysSo() {
    var bench = new Bench(Cases.APPS);
    var facts = bench.discover();
    change(bench, Bench.APPS, owner -> owner.withObject("/spec").put("suspend", true));
    bench.held(facts);
    bench.drive(bench.resume(), facts);
    assertThat(bench.cluster.world().get(Bench.APPS).orElseThrow().at("/spec/suspend").asBoolean())
        .isTrue();
    assertThat(bench.picture().toString()).doesNotContain(Marks.GROUP);
  }

  @Test
  void whatAPersonSuspendsAfterTheReleaseStaysSo() {
    var bench = new Bench(Cases.APPS);
    var facts = bench.discover();
    bench.held(facts);
    bench.drive(bench.resume(), facts);
    change(bench, Bench.APPS, owner -> owner.withObject("/spec").put("suspend", true));
    bench.drive(bench.resume(), facts);
    assertThat(bench.cluster.world().get(Bench.APPS).orElseThrow().at("/spec/suspend").asBoolean())
        .isTrue();
  }

  @Test
  void aHoldWhoseSignatureWasStrippedIsGivenBack() {
    var bench = new Bench(Cases.APPS);
    var before = bench.picture();
    var facts = bench.discover();
    bench.held(facts);
    change(bench, Bench.APPS, owner -> ((ObjectNode) owner.at("/metadata")).remove("annotations"));
    bench.drive(bench.resume(), facts);
    assertThat(bench.picture()).isEqualTo(before);
  }

  @Test
  void lostNullsAreInTheAnnotation() {
    var bench = new Bench(Cases.APPS);
    var before = bench.picture();
    var facts = bench.discover();
    bench.held(facts);
    var forgetful =
        facts.withOwners(
            facts.owners().stream()
                .map(owner -> new OwnerFacts(owner.ref(), owner.uid(), false, null, owner.why()))
                .toList());
    bench.drive(bench.resume(), forgetful);
    assertThat(bench.picture()).isEqualTo(before);
  }

  @Test
  void anEmptyAutomatedBlockComesBackEmpty() {
    var bench = new Bench(Cases.APPLICATION.replace("{prune: true, selfHeal: true}", "{}"));
    var before = bench.picture();
    var facts = bench.discover();
    bench.held(facts);
    bench.drive(bench.resume(), facts);
    assertThat(bench.picture()).isEqualTo(before);
  }

  @Test
  void anotherRecoveryIsWaitedFor() {
    var bench = new Bench(Cases.APPS);
    var other = Marks.by("NamespaceRestore", "till", "back", "other");
    change(
        bench,
        Bench.APPS,
        owner -> {
          owner.withObject("/spec").put("suspend", true);
          owner
              .withObject("/metadata/annotations")
              .put(Marks.HELD_BY, other)
              .put(Marks.BEFORE, "{\"/spec/suspend\":null}");
        });
    var facts = bench.discover();
    assertThat(bench.reasons(facts)).containsExactly("Warning HeldByAnother");
    assertThat(facts.owners().getFirst().alreadyHeld()).isFalse();
    assertThat(bench.suspend().act(facts, bench.moment(Duration.ZERO)).toString()).contains(other);
    assertThat(bench.cluster.count()).isZero();
    bench.takeBack(bench.suspend(), facts);
    assertThat(bench.cluster.count()).isZero();
  }

  @Test
  void manualWaitsForThePerson() {
    var bench = new Bench(Cases.APPS);
    var facts = bench.discover();
    bench.held(facts);
    var manual = new ResumeGitOps(bench.cluster, Bench.RUN, true);
    var writes = bench.cluster.count();
    assertThat(manual.act(facts, bench.moment(Duration.ofDays(3))).toString())
        .contains("kubectl -n shop patch namespacerestore back");
    assertThat(bench.cluster.count()).isEqualTo(writes);
    assertThat(manual.deadline()).isGreaterThan(Duration.ofDays(1000));
  }

  @Test
  void anOwnerThatDoesNotBecomeReadyIsReportedOnly() {
    var bench = new Bench(Cases.APPS.replace("\"True\"", "\"False\""));
    var facts = bench.discover();
    bench.held(facts);
    var done = (Outcome.Done) bench.drive(bench.resume(), facts);
    assertThat(done.message()).contains("is not Ready");
  }

  private static void change(Bench bench, Ref ref, Consumer<ObjectNode> edit) {
    var object = bench.cluster.world().get(ref).orElseThrow();
    edit.accept(object);
    bench.cluster.as("kubectl-edit").update(object);
  }
}
