package dev.salvor.volumes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Quantity;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.Optional;

/** A PersistentVolume as the API server showed it. */
record PvView(Seen seen) {
  static final String POLICY = "/spec/persistentVolumeReclaimPolicy";
  static final String CLAIM_REF = "/spec/claimRef";

  /**
   * Left by the binder on a volume that it chose itself: on a lost race it then clears claimRef,
   * and the volume is free for anyone (swap.md B4).
   */
  static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

  /** The recorded volume, and not a later one of its name. */
  static Optional<PvView> read(ClusterReader cluster, VolumeFacts.Pv pv) {
    return named(cluster, pv.name()).filter(view -> view.seen.uid().equals(pv.uid()));
  }

  static Optional<PvView> named(ClusterReader cluster, String name) {
    return name.isEmpty() ? Optional.empty() : cluster.get(Kinds.PV.ref(name)).map(PvView::new);
  }

  /** The volume that the claim is bound to, or is about to be; empty if they disagree. */
  static Optional<PvView> behind(ClusterReader cluster, ClaimView claim) {
    return named(cluster, claim.volumeName()).filter(pv -> pv.claimUid().equals(claim.uid()));
  }

  String name() {
    return seen.name();
  }

  String phase() {
    return seen.text("/status/phase");
  }

  boolean bound() {
    return phase().equals("Bound");
  }

  boolean released() {
    return phase().equals("Released");
  }

  String policy() {
    return seen.text(POLICY);
  }

  boolean retained() {
    return policy().equals("Retain");
  }

  /** The policy before any recovery wrote Retain over it. */
  String policyBefore() {
    var before = seen.annotation(Marks.POLICY_BEFORE);
    return before.isEmpty() ? policy() : before;
  }

  String storageClass() {
    return seen.text("/spec/storageClassName");
  }

  long bytes() {
    return Quantity.bytes(seen.text("/spec/capacity/storage"));
  }

  /** UID in claimRef; empty for a volume that waits for a claim by name. */
  String claimUid() {
    return seen.text(CLAIM_REF + "/uid");
  }

  boolean refersTo(String namespace, String claim) {
    return seen.text(CLAIM_REF + "/namespace").equals(namespace)
        && seen.text(CLAIM_REF + "/name").equals(claim);
  }

  /** True if whatever claim comes under that name gets this volume. */
  boolean pointsTo(String namespace, String claim) {
    return refersTo(namespace, claim) && claimUid().isEmpty();
  }

  /** {@code shop/data (UID 1234)}: the claim it belongs to, for people. */
  String owner() {
    if (!seen.has(CLAIM_REF)) return "no claim";
    var claim = seen.text(CLAIM_REF + "/namespace") + "/" + seen.text(CLAIM_REF + "/name");
    return claimUid().isEmpty() ? claim + " (no UID)" : claim + " (UID " + claimUid() + ")";
  }

  /** True if this run signed it. */
  boolean heldBy(Run run) {
    return seen.annotation(Marks.HELD_BY).equals(run.by());
  }

  boolean role(String role) {
    return seen.label(Marks.ROLE).equals(role);
  }

  VolumeFacts.Pv facts() {
    return new VolumeFacts.Pv(
        name(),
        seen.uid(),
        policyBefore(),
        claimUid().isEmpty() ? null : claimUid(),
        null,
        storageClass().isEmpty() ? null : storageClass(),
        bytes());
  }

  /** A claimRef; an empty UID makes it one that the next claim of that name fits. */
  static ObjectNode claimRef(String namespace, String claim, String uid) {
    var ref = JsonNodeFactory.instance.objectNode();
    ref.put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    ref.put("namespace", namespace).put("name", claim);
    if (!uid.isEmpty()) ref.put("uid", uid);
    return ref;
  }
}
