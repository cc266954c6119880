package dev.salvor.kube;

import dev.salvor.api.Ref;
import org.jspecify.annotations.Nullable;

/** Kubernetes Events (events.k8s.io/v1). Losing one never hurts a recovery: no method throws. */
public interface EventSink {
  /**
   * Tells people.
   *
   * @param regarding the recovery
   * @param regardingUid its UID
   * @param warning type Warning instead of Normal
   * @param reason CamelCase, an entry of docs/reasons.md
   * @param action the step, CamelCase
   * @param note at most 1 kB
   * @param related the object that is written or destroyed, if one is
   */
  void publish(
      Ref regarding,
      String regardingUid,
      boolean warning,
      String reason,
      String action,
      String note,
      @Nullable Ref related);

  /** Told once for every destructive request, after it has ended. */
  default void destroyed(Destruction destruction) {}
}
