package dev.salvor.velero;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Labels and annotations by which GitOps tools and Helm know what is theirs. A copy must not carry
 * them: Argo CD prunes what is tracked and not in Git (velero#7848).
 */
final class Tracking {
  /** Argo CD's default tracking label; also a common label of applications. */
  private static final String INSTANCE = "app.kubernetes.io/instance";

  static final List<String> LABELS =
      List.of(
          INSTANCE,
          "app.kubernetes.io/managed-by",
          "argocd.argoproj.io/instance",
          "argocd.argoproj.io/application-set-name",
          "helm.sh/chart",
          "helm.toolkit.fluxcd.io/name",
          "helm.toolkit.fluxcd.io/namespace",
          "kustomize.toolkit.fluxcd.io/name",
          "kustomize.toolkit.fluxcd.io/namespace",
          "velero.io/exclude-from-backup");

  static final List<String> ANNOTATIONS =
      List.of(
          "argocd.argoproj.io/installation-id",
          "argocd.argoproj.io/sync-options",
          "argocd.argoproj.io/tracking-id",
          "kubectl.kubernetes.io/last-applied-configuration",
          "kustomize.toolkit.fluxcd.io/force",
          "kustomize.toolkit.fluxcd.io/prune",
          "kustomize.toolkit.fluxcd.io/reconcile",
          "kustomize.toolkit.fluxcd.io/ssa",
          "meta.helm.sh/release-name",
          "meta.helm.sh/release-namespace");

  /** Annotations that make Velero run something in a restored pod (velero internal/hook). */
  static final List<String> HOOKS =
      List.of(
          "post.hook.restore.velero.io/container",
          "post.hook.restore.velero.io/command",
          "post.hook.restore.velero.io/on-error",
          "post.hook.restore.velero.io/exec-timeout",
          "post.hook.restore.velero.io/wait-timeout",
          "post.hook.restore.velero.io/wait-for-ready",
          "init.hook.restore.velero.io/container-image",
          "init.hook.restore.velero.io/container-name",
          "init.hook.restore.velero.io/command",
          "init.hook.restore.velero.io/timeout");

  /** Where a held pod keeps a label that nobody may find it by. */
  private static final String ASIDE = "held.recovery.salvor.dev/";

  private Tracking() {}

  /**
   * The names of a held pod's labels. Beside, application labels stay: nothing there selects by
   * them but the pods themselves. In its own namespace a controller would adopt the pod and a
   * Service would send it requests, so every label goes aside there.
   */
  static UnaryOperator<String> renaming(Restoring mode) {
    return mode == Restoring.IN_PLACE
        ? Tracking::aside
        : key -> key.equals(INSTANCE) ? aside(key) : key;
  }

  /** The labels of a held pod, from those of its original. */
  static Map<String, String> held(Map<String, String> labels, UnaryOperator<String> renaming) {
    var held = new TreeMap<String, String>();
    labels.forEach((key, value) -> {
      if (key.startsWith("velero.io/")) return;
      var renamed = renaming.apply(key);
      if (!LABELS.contains(renamed)) held.put(renamed, value);
    });
    return held;
  }

  private static String aside(String key) {
    var flat = key.replace('/', '_');
    // the name of a label has at most 63 characters
    return ASIDE + (flat.length() <= 63 ? flat : LabelValue.of(flat));
  }
}
