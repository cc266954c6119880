package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Finding.Severity;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Act;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Rehearsal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Finds out before the approval what the API server would refuse after it: own permissions by
 * SelfSubjectAccessReview, and every write of the acts that can be gone through without their
 * predecessors' effects as a server-side dry run.
 *
 * @param rehearsed those acts, over the writer that is handed in
 */
record CheckPermissions(
    ClusterReader cluster, List<Need> needs, Function<ClusterWriter, List<Act<Facts>>> rehearsed)
    implements Look<Facts> {

  /** One permission, {@code namespace} "" for a cluster-scoped kind. */
  record Need(String verb, Kind kind, String namespace) {
    /** Adds one for each verb. */
    static void all(List<Need> needs, Kind kind, String namespace, String... verbs) {
      for (var verb : verbs) needs.add(new Need(verb, kind, namespace));
    }
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var found = new ArrayList<Finding>();
    for (var need : needs) {
      if (!cluster.allowed(need.verb(), need.kind(), need.namespace())) {
        var where = need.namespace().isEmpty() ? "" : " in namespace " + need.namespace();
        found.add(
            refusal(
                "Forbidden",
                "Salvor may not " + need.verb() + " " + need.kind().resource() + where,
                "Add verb "
                    + need.verb()
                    + " on "
                    + need.kind().resource()
                    + " to Salvor's ClusterRole; the chart's role has it"));
      }
    }
    if (facts.refused() || !found.isEmpty())
      return Sight.seen(
          facts.withFindings(name(), found), "permissions looked at, writes not rehearsed");
    var rehearsal = new Rehearsal(cluster);
    for (var act : rehearsed.apply(rehearsal)) goThrough(act, facts, moment, rehearsal);
    for (var why : rehearsal.refused()) {
      found.add(
          refusal(
              "WriteRefused",
              "the API server would refuse the " + why,
              "Change what refuses it (RBAC, quota, admission policy or webhook)"));
    }
    return Sight.seen(
        facts.withFindings(name(), found), rehearsal.writes() + " writes rehearsed by dry run");
  }

  /**
   * Until a call makes no write: then the act waits for an effect that a rehearsal does not have,
   * or is done.
   */
  private static void goThrough(Act<Facts> act, Facts facts, Moment moment, Rehearsal rehearsal) {
    for (var calls = 0; calls < 1_000; calls++) {
      var before = rehearsal.writes();
      act.act(facts, moment);
      if (rehearsal.writes() == before) return;
    }
  }

  private Finding refusal(String reason, String message, String remedy) {
    return new Finding(name(), Severity.Refusal, reason, message, remedy);
  }
}
