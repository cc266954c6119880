package dev.salvor.recovery;

import dev.salvor.api.NamespaceRestoreSpec;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.kube.Kind;
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
    all(needs, Kinds.PVC, namespace, "get", "list", "create", "patch", "delete");
    all(needs, Kinds.PV, "", "get", "list", "patch");
    all(needs, Kinds.POD, namespace, "get", "list", "delete");
    all(needs, Kinds.RESTORE, around.velero(), "get", "list", "create");
    all(needs, Kinds.CONFIG_MAP, around.velero(), "get", "create", "patch", "delete");
    all(needs, Kinds.POD_VOLUME_RESTORE, around.velero(), "list", "patch");
    all(needs, Kinds.DATA_DOWNLOAD, around.velero(), "list", "patch");
    if (spec.effectiveScope() == Scope.Namespace) {
      for (var kind :
          List.of(
              Kinds.DEPLOYMENT,
              Kinds.STATEFUL_SET,
              Kinds.DAEMON_SET,
              Kinds.REPLICA_SET,
              Kinds.JOB,
              Kinds.CRON_JOB)) {
        all(needs, kind, namespace, "list", "patch", "delete");
      }
    } else {
      all(needs, Kinds.NAMESPACE, "", "create", "patch", "delete");
      // what it may in the shadow namespace, it is given there
      if (narrow) needs.add(new Need("create", Kinds.ROLE_BINDING, ""));
      else all(needs, Kinds.NETWORK_POLICY, "", "create");
    }
    if (!spec.allChecks().isEmpty() && !narrow) {
      all(needs, Kinds.JOB, "", "create", "patch", "delete");
      // a check's pod is tried as a dry run before its Job is made
      all(needs, Kinds.POD, "", "create");
    }
    return needs;
  }

  private static void all(List<Need> needs, Kind kind, String namespace, String... verbs) {
    for (var verb : verbs) needs.add(new Need(verb, kind, namespace));
  }
}
