package dev.salvor.velero;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Whether Velero can restore now: its server, its one worker, its node-agents, what is set in its
 * namespace. Also sees to it that an attempt has a name that was never used (velero.md H19).
 */
public record Preflight(ClusterReader cluster, Surroundings around, Run run)
    implements Step.Look<Facts> {
  /** The first minor version whose transfers can be cancelled (spec.cancel). */
  private static final int OLDEST = 17;

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var found = new Findings(name());
    var fresh = fresh(facts);
    // SelectBackup says that there is none
    var server = VeleroServer.in(cluster, around.velero());
    if (server.isEmpty()) return Sight.seen(found.into(fresh), "no Velero server");
    server(server.get(), facts, found);
    worker(found);
    if (uses(facts, Method.FileSystem) || uses(facts, Method.DataMover)) nodeAgents(found);
    plugins(found);
    return Sight.seen(found.into(fresh), "Velero was looked at" + found.count());
  }

  private void server(VeleroServer server, Facts facts, Findings found) {
    if (!server.running())
      found.refuse(
          "VeleroNotRunning",
          "the Velero server does not run: Deployment velero has no available pod",
          "Look at `kubectl -n " + around.velero() + " describe deployment velero`, and retry");
    server
        .minor()
        .filter(minor -> minor < OLDEST)
        .ifPresent(minor ->
            found.refuse(
                "VeleroTooOld",
                "Velero 1." + minor + " cannot cancel a volume that hangs",
                "Upgrade Velero to 1." + OLDEST + " or newer"));
    if ((uses(facts, Method.CsiSnapshot) || uses(facts, Method.DataMover)) && !server.csi())
      found.refuse(
          "CsiNotEnabled",
          "the backup has CSI snapshots, but the Velero server runs without EnableCSI and would restore empty volumes",
          "Add --features=EnableCSI to the arguments of Deployment velero and of DaemonSet node-agent");
    if (server.pullsWithSecret())
      found.warn(
          "ImageNeedsPullSecret",
          "Velero's image is pulled with a Secret that other namespaces may lack; restored pods use the same image",
          "Make sure that every node can pull " + server.image() + " without a Secret");
  }

  private void worker(Findings found) {
    var others = VeleroRestore.others(cluster, around.velero(), run);
    if (others.isEmpty()) return;
    var first = others.getFirst();
    found.warn(
        "VeleroBusy",
        "Velero restores one after the other, and Restore "
            + first.name()
            + " is "
            + first.standing()
            + (others.size() == 1 ? "" : "; " + (others.size() - 1) + " more wait"),
        "Wait for it; the recovery will");
  }

  private void nodeAgents(Findings found) {
    var agents = NodeAgents.in(cluster, around.velero());
    if (agents.ready().isEmpty()) {
      found.refuse(
          "NoNodeAgent",
          "no node-agent of Velero is ready, and without one no volume is filled",
          "Look at `kubectl -n " + around.velero() + " get daemonset node-agent`, and retry");
      return;
    }
    var lacking = agents.lackingOn(cluster.list(Kinds.NODE, ""));
    if (!lacking.isEmpty())
      found.warn(
          "NodeWithoutAgent",
          "no node-agent is ready on "
              + String.join(", ", lacking)
              + ": a pod that lands there would never get its data",
          "Give DaemonSet node-agent the tolerations it needs there, or cordon these nodes");
    var enforced =
        cluster
            .get(Kinds.NAMESPACE.ref(around.velero()))
            .map(namespace -> namespace.label("pod-security.kubernetes.io/enforce"))
            .orElse("");
    if (!enforced.isEmpty() && !enforced.equals("privileged"))
      found.refuse(
          "VeleroNotPrivileged",
          "namespace "
              + around.velero()
              + " enforces pod security "
              + enforced
              + ", so Velero's helper pods cannot reach the volumes",
          "kubectl label namespace "
              + around.velero()
              + " pod-security.kubernetes.io/enforce=privileged --overwrite");
  }

  /** velero.md 13: these maps act on every Restore, and two for one plugin make every item fail. */
  private void plugins(Findings found) {
    for (var plugin :
        List.of(
            "velero.io/change-storage-class",
            "velero.io/pod-volume-restore",
            "velero.io/change-image-name")) {
      var maps =
          cluster
              .list(Kinds.CONFIG_MAP, around.velero(), Map.of(plugin, "RestoreItemAction"))
              .stream()
              .filter(map -> map.has("/metadata/labels/velero.io~1plugin-config"))
              .toList();
      if (maps.size() > 1) {
        found.refuse(
            "PluginConfiguredTwice",
            "two ConfigMaps configure Velero's plugin " + plugin + ": it fails for every object",
            "Delete one of "
                + String.join(", ", maps.stream().map(map -> map.name()).toList())
                + " in namespace "
                + around.velero());
      } else if (!maps.isEmpty() && plugin.equals("velero.io/change-storage-class")) {
        found.warn(
            "StorageClassesMappedGlobally",
            "ConfigMap "
                + maps.getFirst().name()
                + " maps StorageClasses in every Restore, also in this one: "
                + maps.getFirst().at("/data"),
            "Delete it if this is not wanted; spec.storageClassMapping acts on this recovery only");
      }
    }
  }

  /**
   * A Restore is never used twice. After a failure that was taken back, the next attempt gets the
   * next number; a copy that was kept keeps its own.
   */
  private Facts fresh(Facts facts) {
    if (kept(facts)) return facts;
    var fresh = facts;
    while (used(fresh)) fresh = fresh.withRestore(fresh.restore().next());
    return fresh.equals(facts)
        ? facts
        : fresh.withVolumes(fresh.volumes().stream().map(volume -> volume.withCopy(null)).toList());
  }

  private boolean used(Facts facts) {
    var attempt = facts.restore().attempt();
    if (VeleroRestore.named(cluster, around.velero(), run.restoreName(attempt)).isPresent())
      return true;
    var target = facts.target();
    return target != null
        && cluster.get(Kinds.NAMESPACE.ref(run.shadow(target.namespace(), attempt))).isPresent();
  }

  /** Volumes that are kept carry the mark of the run; giving one up takes it away. */
  private boolean kept(Facts facts) {
    return facts.volumes().stream()
        .anyMatch(volume -> {
          var copy = volume.copy();
          return copy != null
              && cluster
                  .get(Kinds.PV.ref(copy.name()))
                  .filter(live -> live.uid().equals(copy.uid()))
                  .filter(live -> live.label(Marks.RUN).equals(run.uid()))
                  .isPresent();
        });
  }

  private static boolean uses(Facts facts, Method method) {
    return facts.volumes().stream()
        .anyMatch(volume -> volume.content() != null && volume.content().method() == method);
  }
}
