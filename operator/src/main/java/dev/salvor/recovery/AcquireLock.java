package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import dev.salvor.kube.Write;
import java.time.Duration;

/**
 * One recovery per namespace at a time (S7): a Lease in the operator's namespace, held by the
 * recovery's signature. It keeps people from surprising each other; correctness rests on UIDs and
 * resourceVersions.
 *
 * @param lock part of the Lease's name
 * @param about what is locked, for people: {@code namespace shop}
 */
record AcquireLock(ClusterWriter cluster, Surroundings around, Run run, String lock, String about)
    implements Act<Facts> {
  private static final String HOLDER = "/spec/holderIdentity";

  /** The one of a namespace. */
  AcquireLock(ClusterWriter cluster, Surroundings around, Run run, String namespace) {
    this(cluster, around, run, namespace, "namespace " + namespace);
  }

  @Override
  public Duration deadline() {
    return Duration.ofDays(7);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var seen = cluster.get(lease());
    if (seen.isEmpty()) {
      var manifest = Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
      var meta =
          manifest
              .putObject("metadata")
              .put("name", lease().name())
              .put("namespace", around.operator());
      meta.putObject("labels").put(Marks.EXCLUDE_FROM_BACKUP, "true");
      manifest.putObject("spec").put("holderIdentity", run.by());
      try {
        cluster.write(new Write.Create(manifest));
      } catch (ClusterException.AlreadyExists e) {
        return Outcome.wrote("another recovery took the lock just now");
      }
      return Outcome.wrote("taking the lock of " + about);
    }
    var holder = seen.get().text(HOLDER);
    if (holder.equals(run.by())) return Outcome.done("the lock of " + about + " is ours");
    if (!holder.isEmpty() && lives(holder)) {
      return Outcome.waiting(
          "waiting for " + people(holder) + " to end: one recovery at a time of " + about,
          Duration.ofSeconds(10));
    }
    cluster.write(seen.get().edit().set(HOLDER, run.by()).write());
    return Outcome.wrote("taking the lock of " + about);
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return release(cluster, lease(), run);
  }

  static Outcome release(ClusterWriter cluster, Ref lease, Run run) {
    var seen = cluster.get(lease);
    if (seen.isEmpty() || !seen.get().text(HOLDER).equals(run.by()))
      return Outcome.done("the lock is released");
    cluster.write(seen.get().edit().remove(HOLDER).write());
    return Outcome.wrote("releasing the lock");
  }

  static Ref lease(Surroundings around, String namespace) {
    var name = "salvor-" + namespace;
    return Kinds.LEASE.ref(
        around.operator(),
        name.length() <= 63
            ? name
            : name.substring(0, 50) + "-" + Json.hash(Json.object().put("n", namespace)));
  }

  private Ref lease() {
    return lease(around, lock);
  }

  private boolean lives(String holder) {
    var parts = holder.split("/", -1);
    if (parts.length != 4) return false;
    return Kinds.ALL.stream()
        .filter(kind -> kind.kind().equals(parts[0]) && kind.group().equals(Marks.GROUP))
        .findFirst()
        .flatMap(kind -> cluster.get(kind.ref(parts[1], parts[2])))
        .filter(other -> other.uid().equals(parts[3]))
        .isPresent();
  }

  private static String people(String holder) {
    var parts = holder.split("/", -1);
    return parts.length == 4 ? parts[0] + " " + parts[1] + "/" + parts[2] : holder;
  }
}
