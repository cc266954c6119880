package dev.salvor.kube;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What Longhorn's objects say (longhorn.io/v1beta2, longhorn-manager v1.12.1
 * k8s/pkg/apis/longhorn/v1beta2). Nothing of it is written here.
 */
public final class Longhorn {
  /** Of its PersistentVolumes and StorageClasses. */
  public static final String DRIVER = "driver.longhorn.io";

  /** On engines and replicas: the volume they are of. */
  public static final String VOLUME = "longhornvolume";

  private Longhorn() {}

  /** Name of the Longhorn volume behind a PersistentVolume; empty for any other one. */
  public static Optional<String> handle(Seen persistentVolume) {
    return Optional.of(persistentVolume.text("/spec/csi/volumeHandle"))
        .filter(handle ->
            !handle.isEmpty() && persistentVolume.text("/spec/csi/driver").equals(DRIVER));
  }

  /** Where the data of a volume is. */
  public record Replicas(Set<String> healthy, Set<String> failed, Set<String> lost) {
    /** True if no node that is left has, or may have, the data. */
    public boolean gone() {
      return healthy.isEmpty() && failed.isEmpty() && !lost.isEmpty();
    }
  }

  /**
   * Where the data is, by what the replicas themselves say: the volume's {@code robustness} is
   * unknown while it is detached, and stays as it was where its engine's node is dead. A replica
   * that has never been healthy (a rebuild that was cut off) has no data. One that has failed may
   * still have all of it: Longhorn salvages such (controller/volume_controller.go).
   *
   * @param nodes names of the nodes that are there, without the lost one unless a new machine has
   *     its name
   * @param since replicas that are older are lost although their node's name is there; null if no
   *     name was taken over
   * @param namesake the name that was taken over
   */
  public static Replicas replicas(
      List<Seen> replicas, Set<String> nodes, @Nullable String namesake, @Nullable Instant since) {
    var filled = replicas.stream().filter(Longhorn::filled).toList();
    var lost =
        filled.stream()
            .filter(one ->
                !nodes.contains(node(one))
                    || since != null
                        && node(one).equals(namesake)
                        && one.time("/metadata/creationTimestamp")
                            .filter(made -> made.isBefore(since))
                            .isPresent())
            .toList();
    var left = filled.stream().filter(one -> !lost.contains(one)).toList();
    return new Replicas(
        names(left.stream().filter(one -> one.text("/spec/failedAt").isEmpty()).toList()),
        names(left.stream().filter(one -> !one.text("/spec/failedAt").isEmpty()).toList()),
        names(lost));
  }

  /** The node that has a replica; empty while none was found for it. */
  public static String node(Seen replica) {
    return replica.text("/spec/nodeID");
  }

  /** True if it has been complete once. */
  public static boolean filled(Seen replica) {
    return !node(replica).isEmpty() && !replica.text("/spec/healthyAt").isEmpty();
  }

  private static Set<String> names(List<Seen> replicas) {
    return replicas.stream().map(Longhorn::node).collect(Collectors.toCollection(TreeSet::new));
  }
}
