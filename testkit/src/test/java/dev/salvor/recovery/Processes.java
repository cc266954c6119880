package dev.salvor.recovery;

import dev.salvor.api.ArchiveReset;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.NodeLossRecovery;
import dev.salvor.api.PostgresRecovery;
import dev.salvor.api.VolumeRecovery;
import dev.salvor.archive.Archives;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.EventSink;
import dev.salvor.kube.Interlock;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.models.VeleroModel;
import dev.salvor.velero.Downloads;
import dev.salvor.workloads.HttpProbe;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.util.Set;

/** Operator processes over a FakeCluster. */
final class Processes {
  static final Surroundings AROUND =
      new Surroundings("salvor-system", "velero", Set.of("flux-system", "argocd"));

  private static final EventSink SILENT = (_, _, _, _, _, _, _) -> {};

  private Processes() {}

  /** One that has just started. */
  static Ticker<NamespaceRestore> of(ClusterWriter cluster, VeleroModel velero) {
    return new Ticker<>(
        new NamespaceRestoreBook(
            new Rooms(
                cluster,
                SILENT,
                AROUND,
                downloads(velero),
                _ -> new HttpProbe.Answer.Status(200),
                address -> {
                  throw new AssertionError("nothing here has an archive");
                },
                new Interlock(cluster, ""))));
  }

  /** One that recovers databases. */
  static Ticker<PostgresRecovery> recovery(ClusterWriter cluster, Archives archives) {
    return new Ticker<>(new PostgresRecoveryBook(rooms(cluster, archives)));
  }

  /** One that mends archives. */
  static Ticker<ArchiveReset> reset(ClusterWriter cluster, Archives archives) {
    return new Ticker<>(new ArchiveResetBook(rooms(cluster, archives)));
  }

  /** One that brings back what a node had. */
  static Ticker<NodeLossRecovery> node(ClusterWriter cluster) {
    return new Ticker<>(
        new NodeLossRecoveryBook(
            rooms(
                cluster,
                address -> {
                  throw new AssertionError("no archive is asked");
                })));
  }

  /** One that recovers volumes. */
  static Ticker<VolumeRecovery> volume(ClusterWriter cluster) {
    return new Ticker<>(
        new VolumeRecoveryBook(
            rooms(
                cluster,
                address -> {
                  throw new AssertionError("no archive is asked");
                })));
  }

  private static Rooms rooms(ClusterWriter cluster, Archives archives) {
    return new Rooms(
        cluster,
        SILENT,
        AROUND,
        (_, _) -> {
          throw new AssertionError("nothing here has a backup of Velero");
        },
        _ -> new HttpProbe.Answer.Status(200),
        archives,
        new Interlock(cluster, ""));
  }

  /** What the bucket answers. */
  static Downloads downloads(VeleroModel velero) {
    return (url, _) -> {
      var bytes = velero.published().get(url);
      if (bytes == null) throw new FileNotFoundException("no such file");
      return new ByteArrayInputStream(bytes);
    };
  }
}
