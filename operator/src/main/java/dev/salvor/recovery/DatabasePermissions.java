package dev.salvor.recovery;

import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Surroundings;
import dev.salvor.recovery.CheckPermissions.Need;
import java.util.ArrayList;
import java.util.List;

/** What the PostgreSQL kinds must be allowed, beyond what their rehearsal tries out. */
final class DatabasePermissions {
  private DatabasePermissions() {}

  static List<Need> of(String namespace, Surroundings around) {
    var needs = new ArrayList<Need>();
    all(needs, Kinds.CLUSTER, namespace, "get", "list", "create", "patch", "delete");
    all(needs, Kinds.DATABASE_BACKUP, namespace, "get", "list", "create");
    all(needs, Kinds.SCHEDULED_BACKUP, namespace, "list", "patch");
    all(needs, Kinds.SECRET, namespace, "get", "list", "create");
    all(needs, Kinds.PVC, namespace, "get", "list", "create", "patch", "delete");
    all(needs, Kinds.PV, "", "get", "list", "patch");
    all(needs, Kinds.POD, namespace, "get", "list");
    all(needs, Kinds.JOB, namespace, "list", "create", "patch", "delete");
    all(needs, Kinds.LEASE, around.operator(), "get", "create", "patch");
    return needs;
  }

  private static void all(List<Need> needs, Kind kind, String namespace, String... verbs) {
    for (var verb : verbs) needs.add(new Need(verb, kind, namespace));
  }
}
