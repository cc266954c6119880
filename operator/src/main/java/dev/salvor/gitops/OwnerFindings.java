package dev.salvor.gitops;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Finding.Severity;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.Strategy;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the person must know of the owners before approving. */
final class OwnerFindings {
  private static final String SKIP_RECONCILE = "argocd.argoproj.io/skip-reconcile";

  private final ClusterReader cluster;
  private final Run run;
  private final Owners owners;
  private final String by;
  private final List<Finding> found = new ArrayList<>();

  OwnerFindings(ClusterReader cluster, Run run, Owners owners, String by) {
    this.cluster = cluster;
    this.run = run;
    this.owners = owners;
    this.by = by;
  }

  List<Finding> all() {
    return List.copyOf(found);
  }

  /** Nobody that we can hold writes the field that would hold this one. */
  void unholdable(Seen owner, String manager) {
    refuse(
        "HoldWouldBeReverted",
        owner.ref().text()
            + " is written by "
            + manager
            + " from a manifest that has the field "
            + Brake.of(owner.ref()).field()
            + ", and no owner was found that could be held",
        "Take that field out of the manifest, or suspend "
            + owner.ref().text()
            + " where its manifest comes from.");
  }

  /** One owner that is on record. */
  void of(Seen owner, boolean standsByItself) {
    var text = owner.ref().text();
    if (owner.terminating()) {
      refuse(
          "OwnerTerminating",
          text + " is being deleted and may be deleting what it applied",
          "Wait until " + text + " is gone, or find out which finalizer keeps it.");
    }
    if (owner.annotation(SKIP_RECONCILE).equals("true")) {
      refuse(
          "SkipReconcileLeft",
          text + " has the annotation " + SKIP_RECONCILE + ", so Argo CD answers no request for it",
          "Run: kubectl -n "
              + owner.namespace()
              + " annotate application "
              + owner.name()
              + " "
              + SKIP_RECONCILE
              + "-");
    }
    if (owner.at("/spec/strategy/type").asText("").equals("RollingSync")) {
      warn(
          "RollingSync",
          text + " starts syncs by itself (spec.strategy RollingSync), which no hold prevents",
          "Do not change what " + text + " generates while the recovery runs; a sync stops it.");
    }
    var holder = owner.annotation(Marks.HELD_BY);
    if (!holder.isEmpty() && !holder.equals(run.by())) {
      warn(
          "HeldByAnother",
          text + " is held by " + holder + "; this recovery waits until it is given back",
          "Let " + holder + " come to its end first.");
    } else if (holder.isEmpty() && !standsByItself) {
      cluster
          .rehearse(Brake.of(owner.ref()).hold(owner, run, Instant.EPOCH).write())
          .ifPresent(why ->
              refuse(
                  "HoldRefused",
                  text + " cannot be held: " + why,
                  "Give Salvor's ServiceAccount the verb patch on "
                      + Kinds.of(owner.ref()).resource()
                      + " in Namespace "
                      + owner.namespace()
                      + " (gitopsNamespaces of the chart, if it is for some namespaces), or suspend "
                      + text
                      + " yourself."));
    }
    health(owner, text);
  }

  /** Objects whose owner is not here, or not to be found. */
  void ofObjects(List<Seen> objects, List<Seen> held) {
    var absent = new ArrayList<String>();
    var unknown = new ArrayList<String>();
    for (var object : objects) {
      var missing = owners.missing(object);
      missing.stream()
          .map(owner -> owner + " (" + object.ref().text() + ")")
          .filter(text -> !absent.contains(text))
          .forEach(absent::add);
      if (missing.isEmpty()
          && !Fields.gitOpsWriters(object).isEmpty()
          && owners.namedBy(object).isEmpty()
          && held.stream().noneMatch(owner -> owners.manages(owner, object.ref()))) {
        unknown.add(object.ref().text() + " by " + Fields.gitOpsWriters(object).getFirst());
      }
    }
    if (!absent.isEmpty()) {
      warn(
          "OwnerNotHere",
          "objects name owners that this cluster does not have or Salvor cannot hold: "
              + String.join(", ", absent),
          "If they are applied from another cluster or by the Flux operator, suspend that by hand"
              + " before you approve.");
    }
    if (!unknown.isEmpty()) {
      warn(
          "OwnerUnknown",
          "a GitOps tool wrote these objects, but none says that it manages them: "
              + String.join(", ", unknown),
          "Check that nothing applies them any more before you approve.");
    }
  }

  /** Claims that their owner would delete and create again, or write a volume into. */
  void ofClaims(Facts facts, List<Seen> objects, List<Seen> held) {
    var severity = facts.strategy() == Strategy.Swap ? Severity.Refusal : Severity.Warning;
    for (var claim : objects) {
      if (!Kinds.PVC.of(claim.ref())) continue;
      for (var why : Recreation.of(claim, held, owners)) {
        add(
            severity,
            "OwnerRecreatesClaim",
            why.message() + ": a difference that cannot be patched deletes the volume's claim",
            why.remedy());
      }
      Fields.declaredBy(claim, "/spec/volumeName")
          .ifPresent(manager -> inGit(severity, claim.ref(), manager));
    }
    for (var volume : facts.volumes()) {
      var old = volume.old();
      if (old == null) continue;
      cluster
          .get(Kinds.PV.ref(old.name()))
          .filter(pv -> !owners.namedBy(pv).isEmpty() || !Fields.gitOpsWriters(pv).isEmpty())
          .ifPresent(pv ->
              inGit(
                  severity,
                  pv.ref(),
                  Fields.gitOpsWriters(pv).stream().findFirst().orElse("a GitOps tool")));
    }
  }

  /** The recovery itself, if one of those that will be held applies it. */
  void ofRecovery(List<Seen> held) {
    var recovery = cluster.get(run.ref());
    if (recovery.isEmpty()) return;
    var named = owners.namedBy(recovery.get());
    for (var owner : held) {
      if (!named.contains(owner) && !owners.manages(owner, run.ref())) continue;
      warn(
          "RecoveryIsHeldToo",
          owner.ref().text()
              + " applies this recovery and will be held: what is committed to Git does not arrive"
              + " meanwhile",
          "Approve, abort and retry with kubectl, not through Git.");
    }
  }

  private void inGit(Severity severity, Ref ref, String manager) {
    add(
        severity,
        "VolumeInGit",
        ref.text() + " is written by " + manager + ", which would bind the old volume again",
        "Take spec.volumeName and the PersistentVolume out of Git, or choose strategy: InPlace.");
  }

  private void health(Seen owner, String text) {
    if (Kinds.APPLICATION_SET.of(owner.ref())) return;
    if (!Kinds.APPLICATION.of(owner.ref())) {
      var ready = owner.condition("Ready");
      if (!owner.isTrue("Ready")) {
        warn(
            "OwnerNotReady",
            text
                + " was not Ready before: "
                + (ready.isMissingNode() ? "never ran" : ready.path("message").asText()),
            "Expect it to be not Ready afterwards, too.");
      }
      return;
    }
    for (var condition : owner.at("/status/conditions")) {
      var type = condition.path("type").asText();
      if (!type.endsWith("Error")) continue;
      warn(
          "OwnerNotReady",
          text + " reports " + type + ": " + condition.path("message").asText(),
          "Expect it to be out of sync afterwards, too.");
    }
    ArgoBrake.INSTANCE
        .writing(owner)
        .ifPresent(writing ->
            warn("SyncRunning", writing, "It is waited for, and ended after five minutes."));
  }

  private void refuse(String reason, String message, String remedy) {
    add(Severity.Refusal, reason, message, remedy);
  }

  private void warn(String reason, String message, String remedy) {
    add(Severity.Warning, reason, message, remedy);
  }

  private void add(Severity severity, String reason, String message, String remedy) {
    found.add(new Finding(by, severity, reason, message, remedy));
  }
}
