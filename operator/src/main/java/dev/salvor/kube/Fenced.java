package dev.salvor.kube;

import dev.salvor.api.Ref;
import dev.salvor.api.Victim;

/**
 * Writes for one recovery, and only as long as it is the one that was read. A process that stood
 * still inside of an act (a long garbage collection, a frozen node) may find that another one has
 * gone on meanwhile; what it would write then fits what it knew, not what is true. It learns of it
 * here, right before the request; what still lies between the two is caught by the preconditions of
 * the request itself.
 */
public final class Fenced extends ForwardingReader implements ClusterWriter {
  private final ClusterWriter cluster;
  private final Ref recovery;
  private final String resourceVersion;

  /**
   * @param resourceVersion of the recovery as it was read for this tick
   */
  public Fenced(ClusterWriter cluster, Ref recovery, String resourceVersion) {
    super(cluster);
    this.cluster = cluster;
    this.recovery = recovery;
    this.resourceVersion = resourceVersion;
  }

  @Override
  public Seen write(Write write) {
    check();
    return cluster.write(write);
  }

  @Override
  public void delete(Victim victim, String version) {
    check();
    cluster.delete(victim, version);
  }

  @Override
  public void expel(Victim pod, String version) {
    check();
    cluster.expel(pod, version);
  }

  private void check() {
    var live = cluster.get(recovery);
    if (live.isEmpty() || !live.get().resourceVersion().equals(resourceVersion))
      throw new ClusterException.Conflict(
          recovery.text() + " is no longer as it was read, reading it again before anything else");
  }
}
