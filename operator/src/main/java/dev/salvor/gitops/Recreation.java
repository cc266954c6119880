package dev.salvor.gitops;

import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An owner that answers a difference it cannot patch with deleting and creating again: for a claim
 * that is the end of its data (Flux ssa manager_apply.go; Argo CD sync options Replace and Force).
 *
 * @param owner who; the claim's own name if the claim asks for it
 */
record Recreation(String owner, String message, String remedy) {
  private static final String FORCE = "kustomize.toolkit.fluxcd.io/force";
  private static final String RECONCILE = "kustomize.toolkit.fluxcd.io/reconcile";
  private static final String SYNC_OPTIONS = "argocd.argoproj.io/sync-options";

  /** Every reason for which this claim could be created again. */
  static List<Recreation> of(Seen claim, List<Seen> held, Owners owners) {
    var found = new ArrayList<Recreation>();
    var text = claim.ref().text();
    var kubectl = "kubectl -n " + claim.namespace() + " ";
    if (enabled(claim, FORCE)) {
      found.add(
          new Recreation(
              text,
              text + " has " + FORCE + ": enabled",
              "Take it out of Git and run: "
                  + kubectl
                  + "annotate pvc "
                  + claim.name()
                  + " "
                  + FORCE
                  + "-"));
    }
    if (recreates(List.of(claim.annotation(SYNC_OPTIONS).split(",")))) {
      found.add(
          new Recreation(
              text,
              text + " has " + SYNC_OPTIONS + ": " + claim.annotation(SYNC_OPTIONS),
              "Take Replace=true and Force=true out of that annotation in Git."));
    }
    for (var owner : held) {
      if (left(claim, owner) || !applies(owner, claim, owners)) continue;
      asks(owner)
          .forEach(what ->
              found.add(
                  new Recreation(
                      owner.ref().text(),
                      owner.ref().text() + " applies " + text + " and has " + what,
                      "Take "
                          + what
                          + " out of "
                          + owner.ref().text()
                          + (Kinds.KUSTOMIZATION.of(owner.ref())
                              ? ", or run: "
                                  + kubectl
                                  + "annotate pvc "
                                  + claim.name()
                                  + " "
                                  + RECONCILE
                                  + "=disabled"
                              : "."))));
    }
    return found;
  }

  private static boolean applies(Seen owner, Seen claim, Owners owners) {
    return owners.manages(owner, claim.ref()) || owners.namedBy(claim).contains(owner);
  }

  /** True if the claim tells this owner to leave it alone. */
  private static boolean left(Seen claim, Seen owner) {
    return Kinds.KUSTOMIZATION.of(owner.ref())
        && (claim.annotation(RECONCILE) + claim.label(RECONCILE)).equals("disabled");
  }

  private static List<String> asks(Seen owner) {
    if (Kinds.KUSTOMIZATION.of(owner.ref())) {
      return owner.flag("/spec/force") ? List.of("spec.force: true") : List.of();
    }
    if (Kinds.HELM_RELEASE.of(owner.ref())) {
      return owner.flag("/spec/upgrade/force") ? List.of("spec.upgrade.force: true") : List.of();
    }
    var options = new ArrayList<String>();
    owner.at("/spec/syncPolicy/syncOptions").forEach(option -> options.add(option.asText()));
    return options.stream().filter(option -> recreates(List.of(option))).toList();
  }

  private static boolean recreates(List<String> options) {
    return options.stream()
        .map(option -> option.strip().toLowerCase(Locale.ROOT))
        .anyMatch(option -> option.equals("replace=true") || option.equals("force=true"));
  }

  private static boolean enabled(Seen claim, String key) {
    return (claim.annotation(key) + claim.label(key)).equalsIgnoreCase("enabled");
  }
}
