package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.VolumeSource;
import dev.salvor.engine.Step;
import dev.salvor.engine.Step.Act;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.movers.AwaitJob;
import dev.salvor.movers.AwaitLonghorn;
import dev.salvor.movers.AwaitVolumeData;
import dev.salvor.movers.BindVolume;
import dev.salvor.movers.FindJob;
import dev.salvor.movers.FindLonghorn;
import dev.salvor.movers.FindReplication;
import dev.salvor.movers.FindReplication.Direction;
import dev.salvor.movers.RestoreLonghorn;
import dev.salvor.movers.RestoreVolume;
import dev.salvor.recovery.CheckPermissions.Need;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a runbook does differently for each source of a claim's data: to find it, to fill a claim
 * beside from it, and the rights for that.
 *
 * @param everywhere the recovery is of an administrator, in the operator's own namespace
 */
record VolumeOrigin(
    VolumeSource source,
    String claim,
    ClusterWriter cluster,
    Destroyer destroyer,
    Run run,
    boolean everywhere) {

  /** The same over another writer. */
  VolumeOrigin over(ClusterWriter other, Destroyer with) {
    return new VolumeOrigin(source, claim, other, with, run, everywhere);
  }

  Look<Facts> find(Direction direction) {
    var job = source.job();
    if (job != null) return new FindJob(cluster, run, job, claim);
    var longhorn = source.longhorn();
    if (longhorn != null)
      return new FindLonghorn(cluster, run, longhorn, claim, direction, everywhere);
    // CEL asks for exactly one source
    var volSync = Objects.requireNonNull(source.volSync(), "no source");
    return new FindReplication(cluster, run, volSync, claim, direction);
  }

  /** Has it filled. */
  Act<Facts> fill() {
    return source.longhorn() == null
        ? new RestoreVolume(cluster, destroyer, run, source)
        : new RestoreLonghorn(cluster, destroyer, run);
  }

  /** Up to a claim beside that is bound to what is proven. */
  List<Step<Facts>> beside() {
    var job = source.job();
    if (job != null) return List.of(fill(), new AwaitJob(cluster, run, job));
    return source.longhorn() == null
        ? List.of(fill(), new AwaitVolumeData(cluster, run))
        : List.of(fill(), new AwaitLonghorn(cluster, run), new BindVolume(cluster, destroyer, run));
  }

  List<Need> needs(String namespace) {
    var needs = new ArrayList<Need>();
    if (source.longhorn() != null) {
      // wherever Longhorn is
      Need.all(needs, Kinds.LONGHORN_VOLUME, "", "get", "list", "create", "patch", "delete");
      Need.all(needs, Kinds.PV, "", "create");
      return needs;
    }
    Need.all(needs, Kinds.REPLICATION_SOURCE, namespace, "get", "list", "patch");
    var mover = source.job() == null ? Kinds.REPLICATION_DESTINATION : Kinds.JOB;
    Need.all(needs, mover, namespace, "get", "list", "create", "patch", "delete");
    return needs;
  }
}
