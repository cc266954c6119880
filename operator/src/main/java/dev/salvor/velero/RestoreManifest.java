package dev.salvor.velero;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The two objects that make up one Restore. */
record RestoreManifest(Facts facts, Restoring mode, Run run, String velero) {
  /** The one data key of the modifier; Velero takes exactly one, whatever its name. */
  static final String MODIFIER_KEY = "modifiers.yaml";

  /** A copy at less than this is stuck; Velero's own limit for all of it is 4 h. */
  private static final long SLOWEST_BYTES_A_SECOND = 4L << 20;

  /**
   * What must not come back from a backup of a whole namespace: GitOps objects, which would begin
   * to reconcile in the middle of it (velero.md H7), and recoveries, which would begin again.
   */
  private static final List<String> EXCLUDED =
      List.of(
          "applications.argoproj.io",
          "applicationsets.argoproj.io",
          "appprojects.argoproj.io",
          "buckets.source.toolkit.fluxcd.io",
          "gitrepositories.source.toolkit.fluxcd.io",
          "helmcharts.source.toolkit.fluxcd.io",
          "helmreleases.helm.toolkit.fluxcd.io",
          "helmrepositories.source.toolkit.fluxcd.io",
          "kustomizations.kustomize.toolkit.fluxcd.io",
          "ocirepositories.source.toolkit.fluxcd.io",
          "archiveresets." + Marks.GROUP,
          "volumerecoveries." + Marks.GROUP,
          "namespacerestores." + Marks.GROUP,
          "postgresrecoveries." + Marks.GROUP);

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  String name() {
    return run.restoreName(facts.restore().attempt());
  }

  ObjectNode modifier(String yaml) {
    var map = JSON.objectNode();
    map.put("apiVersion", Kinds.CONFIG_MAP.apiVersion()).put("kind", Kinds.CONFIG_MAP.kind());
    metadata(map).putObject("labels").put(Marks.RUN, run.uid());
    map.putObject("data").put(MODIFIER_KEY, yaml);
    return map;
  }

  /** Create-only: the server changes the spec afterwards (velero.md 2). */
  ObjectNode restore(boolean modified) {
    var restore = JSON.objectNode();
    restore.put("apiVersion", Kinds.RESTORE.apiVersion()).put("kind", Kinds.RESTORE.kind());
    var metadata = metadata(restore);
    metadata.putObject("labels").put(Marks.RUN, run.uid());
    var timeout = timeout();
    metadata.putObject("annotations").put(VeleroRestore.VOLUME_TIMEOUT, timeout);
    var spec = restore.putObject("spec");
    var namespace = facts.knownTarget().namespace();
    spec.put("backupName", facts.knownBackup().name());
    spec.putArray("includedNamespaces").add(namespace);
    if (mode == Restoring.BESIDE)
      spec.putObject("namespaceMapping")
          .put(namespace, run.shadow(namespace, facts.restore().attempt()));
    if (mode.holds()) {
      volumesOnly(spec);
    } else {
      var excluded = spec.putArray("excludedResources");
      EXCLUDED.forEach(excluded::add);
      // a release's history would make Helm believe in an old version (velero.md H13)
      var expression = spec.putObject("labelSelector").putArray("matchExpressions").addObject();
      expression.put("key", "owner").put("operator", "NotIn").putArray("values").add("helm");
    }
    spec.put("existingResourcePolicy", mode.holds() ? "none" : "update");
    spec.put("itemOperationTimeout", timeout);
    if (modified) spec.putObject("resourceModifier").put("kind", "ConfigMap").put("name", name());
    return restore;
  }

  /**
   * Pods, and what Velero takes with them past the selectors: pod -> claim -> volume or snapshot
   * (velero pkg/restore/restore.go, additional items). A PodVolumeRestore needs all three kinds
   * included.
   */
  private void volumesOnly(ObjectNode spec) {
    var included = spec.putArray("includedResources");
    included.add("pods").add("persistentvolumeclaims").add("persistentvolumes");
    if (facts.volumes().stream()
        .anyMatch(
            volume -> volume.content() != null && volume.content().method() == Method.CsiSnapshot))
      included
          .add("volumesnapshots.snapshot.storage.k8s.io")
          .add("volumesnapshotcontents.snapshot.storage.k8s.io");
    var selectors = selectors();
    if (selectors.isEmpty()) return;
    var any = spec.putArray("orLabelSelectors");
    selectors.forEach(labels -> {
      var match = any.addObject().putObject("matchLabels");
      labels.forEach(match::put);
    });
  }

  /**
   * Label sets that select the pods through which claims are filled; empty if they cannot be
   * selected, because one has no labels or a claim has no pod. Then all of the namespace comes, its
   * pods gated.
   */
  private List<Map<String, String>> selectors() {
    var podless =
        facts.volumes().stream()
            .anyMatch(volume -> volume.content() != null && volume.content().pod() == null);
    if (podless) return List.of();
    var selectors = new LinkedHashSet<Map<String, String>>();
    for (var pod : facts.pods()) {
      var fills = pod.volumes().values().stream().anyMatch(claim -> !claim.isEmpty());
      if (!fills) continue;
      if (pod.labels().isEmpty()) return List.of();
      selectors.add(new TreeMap<>(pod.labels()));
    }
    return new ArrayList<>(selectors);
  }

  private String timeout() {
    var bytes =
        facts.volumes().stream()
            .mapToLong(
                volume -> volume.content() == null ? 0 : Math.max(0, volume.content().bytes()))
            .sum();
    var needed = Duration.ofHours(1).plusSeconds(bytes / SLOWEST_BYTES_A_SECOND);
    return Math.max(240, needed.toMinutes()) + "m";
  }

  private ObjectNode metadata(ObjectNode object) {
    return object.putObject("metadata").put("name", name()).put("namespace", velero);
  }
}
