package dev.salvor.recovery;

import dev.salvor.api.RecoverySpec;
import dev.salvor.kube.Json;
import java.util.List;

/**
 * The part of a spec that says what is wanted, as a hash. The rest are a person's words while it
 * runs.
 */
final class Intent {
  private static final List<String> WORDS =
      List.of("approvedPlan", "abort", "undo", "retry", "gitOps");

  private Intent() {}

  static String of(RecoverySpec spec) {
    var json = Json.tree(spec);
    WORDS.forEach(json::remove);
    return Json.hash(json);
  }
}
