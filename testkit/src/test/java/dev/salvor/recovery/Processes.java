package dev.salvor.recovery;

import dev.salvor.api.NamespaceRestore;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.EventSink;
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
                _ -> new HttpProbe.Answer.Status(200))));
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
