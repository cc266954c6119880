package dev.salvor.recovery;

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
    Need.all(needs, Kinds.CLUSTER, namespace, "get", "list", "create", "patch", "delete");
    Need.all(needs, Kinds.DATABASE_BACKUP, namespace, "get", "list", "create");
    Need.all(needs, Kinds.SCHEDULED_BACKUP, namespace, "list", "patch");
    Need.all(needs, Kinds.SECRET, namespace, "get", "list", "create");
    Need.all(needs, Kinds.PVC, namespace, "get", "list", "create", "patch", "delete");
    Need.all(needs, Kinds.PV, "", "get", "list", "patch");
    Need.all(needs, Kinds.POD, namespace, "get", "list");
    Need.all(needs, Kinds.JOB, namespace, "list", "create", "patch", "delete");
    Need.all(needs, Kinds.LEASE, around.operator(), "get", "create", "patch");
    return needs;
  }
}
