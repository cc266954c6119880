package dev.salvor.recovery;

import dev.salvor.api.Ref;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;

/**
 * The record, outside the recovery itself, that it came near its point of no return: one ConfigMap
 * per name in the operator's namespace. It outlives the recovery, and is a few bytes.
 */
final class Ledger {
  /**
   * Value of {@code data.state} once the recovery took everything back: then it does not count as
   * having run.
   */
  static final String TAKEN_BACK = "TakenBack";

  static final String RAN = "Ran";

  private Ledger() {}

  static Ref ref(Surroundings around, Ref recovery) {
    var id =
        Json.object()
            .put("kind", recovery.kind())
            .put("namespace", recovery.namespace())
            .put("name", recovery.name());
    return Kinds.CONFIG_MAP.ref(around.operator(), "salvor-ran-" + Json.hash(id));
  }

  static boolean counts(Seen entry) {
    return !entry.text("/data/state").equals(TAKEN_BACK);
  }
}
