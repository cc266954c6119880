package dev.salvor.recovery;

import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.kube.Surroundings;

/**
 * Which namespace a recovery is about: its own, or, in the operator's namespace only, the one that
 * it names.
 */
final class Targets {
  private Targets() {}

  static String of(Recovery<? extends RecoverySpec> recovery, Surroundings around) {
    var own = recovery.getMetadata().getNamespace();
    RecoverySpec spec = recovery.getSpec();
    var named = spec.targetNamespace();
    return named != null && own.equals(around.operator()) ? named : own;
  }

  /** True if it names another namespace without being allowed to. */
  static boolean overreaches(Recovery<? extends RecoverySpec> recovery, Surroundings around) {
    var own = recovery.getMetadata().getNamespace();
    RecoverySpec spec = recovery.getSpec();
    var named = spec.targetNamespace();
    return named != null && !named.equals(own) && !own.equals(around.operator());
  }
}
