package dev.salvor.testkit.models;

import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.World;
import java.util.Optional;

/** Data directories on the volumes behind claims. */
final class CnpgVolumes {
  private CnpgVolumes() {}

  /** The data directory behind a claim; empty if there is none, or what is there is none. */
  static Optional<PgData> read(World world, String namespace, String claim) {
    return volume(world, namespace, claim).flatMap(uid -> PgData.parse(world.volumeData().of(uid)));
  }

  /** Writes a data directory into the claims that a pod names: data, WAL and tablespaces. */
  static void write(World world, Seen pod, PgData data) {
    var instance = pod.label(Cnpg.INSTANCE);
    for (var claim : Pods.claims(pod)) {
      var text =
          claim.equals(instance) ? data.text() : part(claim.substring(instance.length()), data);
      volume(world, pod.namespace(), claim).ifPresent(uid -> world.volumeData().set(uid, text));
    }
  }

  /** Empty if PostgreSQL would start in this pod; else what it says. */
  static String obstacle(World world, Seen pod) {
    var instance = pod.label(Cnpg.INSTANCE);
    var data = read(world, pod.namespace(), instance);
    if (data.isEmpty()) return "\"/var/lib/postgresql/data/pgdata\" is not a valid data directory";
    for (var claim : Pods.claims(pod)) {
      if (claim.equals(instance)) continue;
      var found = volume(world, pod.namespace(), claim).map(world.volumeData()::of).orElse("");
      var suffix = claim.substring(instance.length());
      if (!found.equals(part(suffix, data.get())))
        return suffix.equals("-wal")
            ? "could not locate a valid checkpoint record"
            : "could not open tablespace directory of " + suffix.substring("-tbs-".length());
    }
    return "";
  }

  private static String part(String suffix, PgData data) {
    return suffix.substring(1) + " of " + data.dir;
  }

  private static Optional<String> volume(World world, String namespace, String claim) {
    return world
        .look(Kinds.PVC.ref(namespace, claim))
        .flatMap(seen -> world.look(Kinds.PV.ref(seen.text("/spec/volumeName"))))
        .map(Seen::uid);
  }
}
