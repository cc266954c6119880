package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Write;

/** The Cluster of the plan, made under its old name. */
record NewCluster(ClusterWriter cluster, Facts facts) {
  /**
   * Creates it, once.
   *
   * @param then what the operator will do with it, for people
   */
  Outcome create(ObjectNode manifest, String then) {
    var text = Recorded.text(facts);
    try {
      cluster.write(new Write.Create(manifest));
    } catch (ClusterException.AlreadyExists faster) {
      return Outcome.pressing("somebody else made " + text + ", reading again");
    } catch (ClusterException.Invalid refused) {
      return Outcome.failed(
          "ClusterRefused",
          "the API server refuses " + text + ": " + refused.getMessage(),
          "change the policy or the field that it names, then raise spec.retry");
    }
    return Outcome.wrote(text + " created, " + then);
  }
}
