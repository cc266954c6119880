package dev.salvor.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.OwnerFacts;
import org.junit.jupiter.api.Test;

/** What the guard says before each destructive call. */
class GitOpsHeldTest {
  @Test
  void theGuardNoticesARevert() {
    for (var make : Cases.all().values()) {
      var bench = make.get();
      var facts = bench.discover();
      bench.held(facts);
      assertThat(bench.guard().broken(facts)).isEmpty();
      for (var owner : facts.owners()) revert(bench, owner);
      assertThat(bench.guard().broken(facts).orElseThrow().reason()).isEqualTo("SuspensionLost");
    }
  }

  @Test
  void theGuardNoticesAnotherObjectOfThatName() {
    var bench = new Bench(Cases.APPS);
    var facts = bench.discover();
    bench.held(facts);
    bench.cluster.delete(Bench.APPS);
    assertThat(bench.guard().broken(facts).orElseThrow().message()).contains("gone");
    bench.cluster.put(Cases.APPS.replace("{interval", "{suspend: true, interval"));
    assertThat(bench.guard().broken(facts).orElseThrow().message()).contains("another one");
  }

  @Test
  void theGuardNoticesASyncThatAPersonStarts() {
    var bench = Cases.argo();
    var facts = bench.discover();
    bench.held(facts);
    syncing(bench);
    assertThat(bench.guard().broken(facts).orElseThrow().message())
        .contains("a sync of Application argocd/shop is under way, started by ann");
  }

  private static void revert(Bench bench, OwnerFacts owner) {
    var live = bench.cluster.world().get(owner.ref()).orElseThrow();
    var before = owner.before();
    if (before == null) throw new AssertionError("nothing recorded of " + owner.ref());
    for (var field : before.properties()) {
      var at = JsonPointer.compile(field.getKey());
      var parent = (ObjectNode) live.at(at.head());
      if (field.getValue().isNull()) parent.remove(at.last().getMatchingProperty());
      else parent.set(at.last().getMatchingProperty(), field.getValue());
    }
    bench.cluster.as("kubectl-edit").update(live);
  }

  static void syncing(Bench bench) {
    var app = bench.cluster.world().get(Bench.APP).orElseThrow();
    app.putObject("operation").putObject("initiatedBy").put("username", "ann");
    app.withObject("/status/operationState")
        .put("phase", "Running")
        .put("startedAt", bench.cluster.now().toString());
    bench.cluster.as("argocd-server").update(app);
  }
}
