package dev.salvor.workloads;

import dev.salvor.api.HoldFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;

/**
 * Every workload of a namespace, controllers first. What another workload of the list controls is
 * not listed: the collector takes it along.
 */
final class Inhabitants {
  private final ClusterReader cluster;
  private final String namespace;
  private final Findings findings;
  private final Climb climb;

  Inhabitants(ClusterReader cluster, String namespace, Findings findings) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.findings = findings;
    this.climb = new Climb(cluster);
  }

  List<HoldFacts> all() {
    var victims = new ArrayList<HoldFacts>();
    for (var kind : Climb.CONTROLLERS) {
      for (var object : cluster.list(kind, namespace)) add(object, victims);
    }
    for (var pod : cluster.list(Kinds.POD, namespace)) add(pod, victims);
    return victims;
  }

  private void add(Seen object, List<HoldFacts> victims) {
    switch (climb.of(object)) {
      case Climb.Top.Known(var top) -> {
        if (top.uid().equals(object.uid()))
          victims.add(new HoldFacts(object.ref(), object.uid(), null));
      }
      case Climb.Top.Foreign foreign ->
          findings.refuse(
              "OperatorManaged",
              Foreigners.message(foreign) + ", which would make it again during the restore",
              Foreigners.remedy(foreign));
    }
  }
}
