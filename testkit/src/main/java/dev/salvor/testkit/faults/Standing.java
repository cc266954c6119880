package dev.salvor.testkit.faults;

import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.models.CnpgModel;

/**
 * A number for how a cluster stands, objects and volumes, whatever time it is. What only the models
 * know is not in it.
 */
final class Standing {
  private Standing() {}

  static long of(FakeCluster cluster) {
    var sum = cluster.standing();
    for (var pv : cluster.volumeData().all().keySet())
      sum += pv.hashCode() * 31L ^ CnpgModel.outline(cluster.volumeData(), pv).hashCode();
    return sum;
  }
}
