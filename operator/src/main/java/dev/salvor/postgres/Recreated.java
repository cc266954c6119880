package dev.salvor.postgres;

import dev.salvor.engine.Outcome.Failed;

/** Somebody, mostly GitOps, has made the Cluster anew in the gap. */
final class Recreated {
  private Recreated() {}

  static Failed by(CnpgCluster foreign) {
    var managers = foreign.seen().at("/metadata/managedFields");
    var maker =
        managers.isEmpty() ? "somebody" : managers.get(0).path("manager").asText("somebody");
    return new Failed(
        "ClusterRecreated",
        foreign.seen().ref().text()
            + ", UID "
            + foreign.uid()
            + ", was made by "
            + maker
            + " while it was being recovered. Nothing more is done, and it is left alone: it may"
            + " run initdb on what it finds",
        "look at what it has (kubectl -n "
            + foreign.namespace()
            + " get cluster,pvc,job), stop "
            + maker
            + ", delete that Cluster if nobody needs it, then raise spec.retry");
  }
}
