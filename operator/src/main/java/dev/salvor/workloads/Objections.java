package dev.salvor.workloads;

import dev.salvor.api.Marks;
import dev.salvor.kube.Before;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.Set;

/** What speaks against stopping a consumer (swap.md 3, DESIGN D9 and D10). */
final class Objections {
  private final Run run;
  private final Set<String> chosen;
  private final Set<String> existing;
  private final Findings findings;
  private final String uses;

  /**
   * @param chosen claims that go back in time, or may stay although their consumer does
   */
  Objections(Run run, Set<String> chosen, Set<String> existing, Findings findings) {
    this(run, chosen, existing, findings, "uses the claims");
  }

  private Objections(
      Run run, Set<String> chosen, Set<String> existing, Findings findings, String uses) {
    this.run = run;
    this.uses = uses;
    this.chosen = chosen;
    this.existing = existing;
    this.findings = findings;
  }

  /** To the clients of a database, which need not use a claim. */
  static Objections ofDatabase(Run run, Findings findings) {
    return new Objections(run, Set.of(), Set.of(), findings, "uses the database");
  }

  /** To a client of a database. */
  void to(Seen top) {
    if (Kinds.DAEMON_SET.of(top.ref()))
      findings.refuse(
          "DaemonSetUsesDatabase",
          top.ref().text() + " uses the database, and a DaemonSet cannot be scaled to 0",
          "Delete it until the recovery is done; or name what is to be stopped with spec.consumers,"
              + " then nothing else is looked for");
    common(top);
  }

  void to(Seen top, Set<String> claims) {
    if (Kinds.DAEMON_SET.of(top.ref()))
      findings.refuse(
          "DaemonSetUsesClaim",
          top.ref().text() + " uses the claims, and a DaemonSet cannot be scaled to 0",
          "Take the claims out of the DaemonSet, or delete it until the restore is done");
    common(top);
    selection(top, claims);
  }

  private void common(Seen top) {
    if (Kinds.POD.of(top.ref()))
      findings.refuse(
          "BarePod",
          top.ref().text()
              + " "
              + uses
              + " and belongs to no controller: nobody would start it again",
          "Save its manifest and delete it: kubectl -n "
              + top.namespace()
              + " delete pod "
              + top.name());
    if (Kinds.JOB.of(top.ref()) && !top.flag("/spec/suspend"))
      findings.refuse(
          "JobRunning",
          top.ref().text()
              + " runs and "
              + uses
              + "; stopped half-way it would begin anew on the restored data",
          "Wait for its end, or delete it: kubectl -n "
              + top.namespace()
              + " delete job "
              + top.name());
    if (top.text("/spec/persistentVolumeClaimRetentionPolicy/whenScaled").equals("Delete"))
      findings.refuse(
          "ClaimsDeletedWithReplicas",
          top.ref().text() + " deletes its claims when it is scaled to 0",
          "Make it keep them, here and in Git: kubectl -n "
              + top.namespace()
              + " patch statefulset "
              + top.name()
              + " --type=merge -p '{\"spec\":{\"persistentVolumeClaimRetentionPolicy\":{\"whenScaled\":\"Retain\"}}}'");
    if (top.terminating())
      findings.refuse(
          "ConsumerTerminating",
          top.ref().text() + " " + uses + " and is being deleted",
          "Wait until it is gone: kubectl -n "
              + top.namespace()
              + " get "
              + Kinds.of(top.ref()).resource()
              + " "
              + top.name());
    heldByAnother(top);
  }

  /**
   * An HPA wakes a target at 0 only if it may itself scale to 0 (horizontal.go, HPAScaleToZero).
   */
  void toAutoscaler(Seen autoscaler) {
    heldByAnother(autoscaler);
    if (Kinds.HPA.of(autoscaler.ref()) && autoscaler.number("/spec/minReplicas", 1) == 0)
      findings.refuse(
          "AutoscalerWakesFromZero",
          autoscaler.ref().text() + " has minReplicas 0 and would start its target again",
          "Set it to 1 for the time of the restore: kubectl -n "
              + autoscaler.namespace()
              + " patch hpa "
              + autoscaler.name()
              + " --type=merge -p '{\"spec\":{\"minReplicas\":1}}'");
  }

  private void heldByAnother(Seen object) {
    var holder = object.annotation(Marks.HELD_BY);
    if (!holder.isEmpty() && !Before.heldBy(object, run))
      findings.refuse(
          "HeldByAnother",
          object.ref().text() + " is held by the recovery " + holder,
          "Wait for the end of that recovery; if it is gone, the janitor gives the object back within"
              + " minutes");
  }

  /** All claims of a consumer go back in time together (D9). */
  private void selection(Seen top, Set<String> claims) {
    for (var claim : claims) {
      if (chosen.contains(claim)) continue;
      if (existing.contains(claim))
        findings.refuse(
            "ClaimOutsideSelection",
            top.ref().text()
                + " also uses claim "
                + claim
                + ", which is not chosen: it would run on data of two times",
            "Add "
                + claim
                + " to spec.persistentVolumeClaims, or accept that with spec.acceptMixedTimes");
      else
        findings.warn(
            "ClaimMissing",
            top.ref().text() + " names claim " + claim + ", which does not exist and is not chosen",
            "Add " + claim + " to spec.persistentVolumeClaims.names if the backup holds it");
    }
  }
}
