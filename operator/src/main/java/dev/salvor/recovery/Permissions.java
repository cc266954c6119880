package dev.salvor.recovery;

import dev.salvor.api.NamespaceRestoreSpec;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Surroundings;
import dev.salvor.recovery.CheckPermissions.Need;
import java.util.ArrayList;
import java.util.List;

/** What a NamespaceRestore must be allowed, beyond what its rehearsal tries out. */
final class Permissions {
  private Permissions() {}

  static List<Need> of(NamespaceRestoreSpec spec, Surroundings around, String namespace) {
    var narrow = around.scope().narrow();
    var needs = new ArrayList<Need>();
    Need.all(needs, Kinds.PVC, namespace, "get", "list", "create", "patch", "delete");
    Need.all(needs, Kinds.PV, "", "get", "list", "patch");
    Need.all(needs, Kinds.POD, namespace, "get", "list", "delete");
    Need.all(needs, Kinds.RESTORE, around.velero(), "get", "list", "create");
    Need.all(needs, Kinds.CONFIG_MAP, around.velero(), "get", "create", "patch", "delete");
    Need.all(needs, Kinds.POD_VOLUME_RESTORE, around.velero(), "list", "patch");
    Need.all(needs, Kinds.DATA_DOWNLOAD, around.velero(), "list", "patch");
    if (spec.effectiveScope() == Scope.Namespace) {
      for (var kind :
          List.of(
              Kinds.DEPLOYMENT,
              Kinds.STATEFUL_SET,
              Kinds.DAEMON_SET,
              Kinds.REPLICA_SET,
              Kinds.JOB,
              Kinds.CRON_JOB)) {
        Need.all(needs, kind, namespace, "list", "patch", "delete");
      }
    } else {
      Need.all(needs, Kinds.NAMESPACE, "", "create", "patch", "delete");
      // what it may in the shadow namespace, it is given there
      if (narrow) needs.add(new Need("create", Kinds.ROLE_BINDING, ""));
      else Need.all(needs, Kinds.NETWORK_POLICY, "", "create");
    }
    if (!spec.allChecks().isEmpty() && !narrow) {
      Need.all(needs, Kinds.JOB, "", "create", "patch", "delete");
      // a check's pod is tried as a dry run before its Job is made
      Need.all(needs, Kinds.POD, "", "create");
    }
    return needs;
  }
}
