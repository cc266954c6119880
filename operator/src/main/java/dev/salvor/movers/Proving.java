package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.Ref;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Seen;

/** What every proof of a copy says alike, whoever fills it. */
final class Proving {
  private Proving() {}

  /** What fills the copy is gone. */
  static Sight<Facts> vanished(Facts facts, Ref ref) {
    return Sight.refused(
        facts,
        "RestoreVanished",
        ref.text() + " was deleted while it was needed",
        "Find out who deletes what Salvor makes, then raise spec.retry by one");
  }

  /** What fills the copy does something else now. */
  static Sight<Facts> changed(Facts facts, String message) {
    return Sight.refused(
        facts,
        "RestoreChanged",
        message,
        "Find out who writes to it, then raise spec.retry by one");
  }

  /** How far a pod is that fills the copy: {@code Pod shop/x is Pending: no node has room}. */
  static String standing(Seen pod) {
    var scheduled = pod.condition("PodScheduled");
    return pod.ref().text()
        + " is "
        + pod.text("/status/phase")
        + (scheduled.path("status").asText().equals("False")
            ? ": " + scheduled.path("message").asText()
            : "");
  }
}
