package dev.salvor.velero;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What fills one volume: a PodVolumeRestore or a DataDownload (velero
 * pkg/apis/velero/v1/pod_volume_restore_type.go, v2alpha1/data_download_types.go).
 */
record Transfer(Seen seen) {
  private static final String RESTORE_UID = "velero.io/restore-uid";

  /** Those of a Restore. */
  static List<Transfer> of(ClusterReader cluster, VeleroRestore restore) {
    var velero = restore.seen().namespace();
    var labels = Map.of(RESTORE_UID, restore.seen().uid());
    var all = new ArrayList<Transfer>();
    for (var kind : List.of(Kinds.POD_VOLUME_RESTORE, Kinds.DATA_DOWNLOAD))
      cluster.list(kind, velero, labels).forEach(seen -> all.add(new Transfer(seen)));
    return all;
  }

  boolean throughPod() {
    return Kinds.POD_VOLUME_RESTORE.of(seen.ref());
  }

  String phase() {
    return seen.text("/status/phase");
  }

  boolean completed() {
    return phase().equals("Completed");
  }

  boolean terminal() {
    return switch (phase()) {
      case "Completed", "Failed", "Canceled" -> true;
      default -> false;
    };
  }

  /** No node has taken it up yet. */
  boolean waiting() {
    return phase().isEmpty() || phase().equals("New");
  }

  boolean cancelled() {
    return seen.flag("/spec/cancel");
  }

  /**
   * Ended, or told to stop before a node took it up: whichever node-agent finds it now ends it
   * without moving a byte, and if none runs nobody ever will.
   */
  boolean over() {
    return terminal() || cancelled() && waiting();
  }

  long done() {
    return seen.number("/status/progress/bytesDone", 0);
  }

  /** Known before it begins since Velero 1.18. */
  long total() {
    return Math.max(
        seen.number("/status/progress/totalBytes", 0), seen.number("/spec/snapshotSize", 0));
  }

  String message() {
    return seen.text("/status/message");
  }

  String node() {
    return seen.text("/status/node");
  }

  /** Name of the pod through which it goes; empty for a DataDownload. */
  String pod() {
    return seen.text("/spec/pod/name");
  }

  String podUid() {
    return seen.text("/spec/pod/uid");
  }

  String volume() {
    return seen.text("/spec/volume");
  }

  /** Name of the claim of a DataDownload; empty for a PodVolumeRestore. */
  String claim() {
    return seen.text("/spec/targetVolume/pvc");
  }

  /** {@code PodVolumeRestore r-1 (volume data of pod web-0)}. */
  String text() {
    return throughPod()
        ? "PodVolumeRestore " + seen.name() + " (volume " + volume() + " of pod " + pod() + ")"
        : "DataDownload " + seen.name() + " (claim " + claim() + ")";
  }
}
