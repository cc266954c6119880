package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.PostgresRecoverySpec;
import dev.salvor.api.Strategy;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.Map;
import java.util.Set;

/** Services that get a new address when the Cluster is made anew (swap.md P6). */
record AddressObstacles(ClusterReader cluster, PostgresRecoverySpec spec, Findings found) {
  private static final Set<String> OUTSIDE = Set.of("LoadBalancer", "NodePort");

  void of(Facts facts) {
    var database = facts.postgres().knownDatabase();
    if (facts.strategy() == Strategy.Swap && database.canHibernate()) return;
    if (database.uid() == null || spec.newAddressesAccepted()) return;
    var services =
        cluster
            .list(
                Kinds.SERVICE,
                facts.knownTarget().namespace(),
                Map.of(Cnpg.CLUSTER, database.name()))
            .stream()
            .filter(service -> OUTSIDE.contains(service.text("/spec/type")))
            .map(Seen::name)
            .toList();
    if (!services.isEmpty())
      found.refuse(
          "AddressesChange",
          "the Cluster is made anew, and these Services could get new addresses: "
              + String.join(", ", services),
          "Set spec.acceptNewAddresses: true in a new recovery, or mend the Cluster until it is healthy: then its Services stay");
  }
}
