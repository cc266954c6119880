package dev.salvor.volumes;

import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.kube.Edit;
import dev.salvor.kube.Run;

/** Marks that make a volume outlive its claim, and say for whom. */
final class Retention {
  /** On volumes that a provisioner made, and can therefore remove. */
  static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

  private Retention() {}

  /** The edit that holds the volume; empty if it is held already. */
  static Edit hold(PvView volume, String role, Run run) {
    return volume
        .seen()
        .edit()
        .set(PvView.POLICY, "Retain")
        .annotate(Marks.POLICY_BEFORE, volume.policyBefore())
        .annotate(Marks.HELD_BY, run.by())
        .annotate(PvView.BOUND_BY_CONTROLLER, null)
        .label(Marks.RUN, run.uid())
        .label(Marks.ROLE, role);
  }

  /** The policy that lets a copy go that nobody wants any more. */
  static String droppingPolicy(PvView copy) {
    return copy.seen().annotation(PROVISIONED_BY).isEmpty() ? copy.policyBefore() : "Delete";
  }

  static Victim victim(PvView volume) {
    return new Victim(volume.seen().ref(), volume.seen().uid());
  }
}
