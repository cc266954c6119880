package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Write;
import java.util.Optional;

/**
 * Whether CloudNativePG, its webhook and the barman plugin answer now: without them nothing comes
 * back (postgres.md PH7, PH8; swap.md P18). Proven by a dry run that passes through the webhook.
 */
record CnpgAlive(ClusterReader cluster, Findings found) {
  /** How the API server says that a webhook did not answer (k8s.io/apiserver plugin/webhook). */
  private static final String NO_ANSWER = "failed calling webhook";

  void living(CnpgCluster live, Run run) {
    operator();
    var touched = live.seen().edit().annotate(Marks.HELD_BY, run.by() + "/rehearsal");
    rehearse(touched.write(), live.seen().ref().text());
    switch (live.phase()) {
      case Cnpg.UNKNOWN_PLUGIN, Cnpg.FAILURE_PLUGIN -> plugin(live.story());
      default -> {
        if (Archiving.plugin(live.seen().json()) != null) served();
      }
    }
  }

  void gone(ObjectNode manifest) {
    operator();
    rehearse(new Write.Create(manifest), "Cluster " + manifest.at("/metadata/name").asText());
    if (Archiving.plugin(manifest) != null) served();
  }

  private void operator() {
    var operators = CnpgVersion.operators(cluster);
    if (operators.isEmpty()) return;
    if (operators.stream().anyMatch(one -> one.number("/status/availableReplicas", 0) > 0)) return;
    var first = operators.getFirst();
    found.refuse(
        "CnpgNotRunning",
        "the operator of CloudNativePG does not run: "
            + first.ref().text()
            + " has no available pod",
        "Look at `kubectl -n "
            + first.namespace()
            + " describe deployment "
            + first.name()
            + "`, then try again");
  }

  private void rehearse(Write write, String text) {
    try {
      refused(cluster.rehearse(write), text);
    } catch (ClusterException.Unavailable away) {
      var message = String.valueOf(away.getMessage());
      if (!message.contains(NO_ANSWER)) throw away;
      refused(Optional.of(message), text);
    }
  }

  private void refused(Optional<String> why, String text) {
    if (why.isEmpty()) return;
    if (why.get().contains(NO_ANSWER))
      found.refuse(
          "CnpgWebhookUnreachable",
          "the webhook of CloudNativePG does not answer: " + why.get(),
          "Look at the operator's pods and Service (and network policies), then try again");
    else
      found.refuse(
          "ClusterWriteRefused",
          "a dry run of a change to " + text + " is refused: " + why.get(),
          "Mend the Cluster, or Salvor's rights, until the change is taken; then try again");
  }

  private void plugin(String story) {
    found.refuse(
        "PluginNotRunning",
        "CloudNativePG cannot reach a plugin: " + story,
        "Look at the pods of the barman-cloud plugin beside the operator's; then try again");
  }

  private void served() {
    if (!cluster.serves(Kinds.OBJECT_STORE))
      plugin("barmancloud.cnpg.io/v1 is not served, so the barman-cloud plugin is not installed");
  }
}
