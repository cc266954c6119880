package dev.salvor.nodeloss;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.HelperFacts;
import dev.salvor.api.Ref;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Verdict;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.api.Victim;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What recoveries lean on: who makes volumes, Velero with its store, Salvor itself. What of it was
 * on the lost node comes first; and a store that would have to bring its own data back is a cycle.
 *
 * @param locations BackupStorageLocations of Velero
 * @param services all Services
 */
record Infrastructure(
    Topology all, Surroundings around, List<Seen> locations, List<Seen> services) {
  /**
   * Pods of the lost node that something makes anew elsewhere; those of every node do not count.
   */
  List<HelperFacts> helpers(String node) {
    var stores = new HashMap<String, String>();
    for (var location : locations)
      for (var pod : pods(location))
        stores.put(pod.uid(), "the store of location " + location.name());
    var found = new ArrayList<HelperFacts>();
    for (var pod : all.living(node)) {
      var controller = controller(pod).filter(owner -> !owner.kind().equals("DaemonSet"));
      var what = what(pod, stores);
      if (controller.isPresent() && !what.isEmpty())
        found.add(new HelperFacts(what, new Victim(pod.ref(), pod.uid()), controller.get()));
    }
    return found;
  }

  /** Claims that are to come from a store whose own data is lost. */
  void judge(List<StrandedClaim> rows, Backups backups, Findings findings) {
    var lost =
        rows.stream()
            .filter(row -> row.verdict() == Verdict.Stranded)
            .collect(Collectors.toMap(StrandedClaim::text, row -> row));
    for (var location : locations) {
      var data =
          pods(location).stream()
              .flatMap(
                  pod -> Topology.claimsOf(pod).stream().map(name -> pod.namespace() + "/" + name))
              .filter(lost::containsKey)
              .collect(Collectors.toCollection(java.util.TreeSet::new));
      if (data.isEmpty()) continue;
      var leaning =
          rows.stream()
              .filter(row -> row.condemned() && row.way() == Way.Velero)
              .filter(row -> location.name().equals(location(row, backups)))
              .map(StrandedClaim::text)
              .toList();
      if (!leaning.isEmpty()) refuse(location, data, leaning, findings);
    }
  }

  private static void refuse(
      Seen location, Set<String> data, List<String> leaning, Findings findings) {
    var cycle = leaning.stream().anyMatch(data::contains);
    var text =
        String.join(", ", leaning)
            + " would come back from location "
            + location.name()
            + ", whose own data ("
            + String.join(", ", data)
            + ") was on the lost node";
    if (cycle)
      findings.refuse(
          "InfrastructureCycle",
          text + ": the store cannot bring itself back",
          "Bring its data back from outside, or exclude its namespace and those that need it");
    else
      findings.refuse(
          "InfrastructureFirst",
          text,
          "Bring the store back first: a NodeLossRecovery with include for its namespace alone; then"
              + " one that excludes it");
  }

  private static String location(StrandedClaim row, Backups backups) {
    var backup = row.source() == null ? null : backups.usable().get(row.source());
    return backup == null ? "" : backup.text("/spec/storageLocation");
  }

  private String what(Seen pod, Map<String, String> stores) {
    if (stores.containsKey(pod.uid())) return stores.get(pod.uid());
    if (pod.namespace().equals(around.operator())) return "Salvor";
    if (pod.namespace().equals(around.velero())) return "Velero";
    return makesVolumes(pod) ? "a provisioner" : "";
  }

  /** csi-provisioner, local-path-provisioner, provisioner-localpv and their like. */
  private static boolean makesVolumes(Seen pod) {
    return StreamSupport.stream(pod.at("/spec/containers").spliterator(), false)
        .map(container -> container.path("image").asText())
        .anyMatch(image -> image.substring(image.lastIndexOf('/') + 1).contains("provisioner"));
  }

  /** Pods behind the Service that a location names in its address; none for one from outside. */
  private List<Seen> pods(Seen location) {
    return host(location.text("/spec/config/s3Url")).stream()
        .flatMap(host -> services.stream().filter(one -> named(one, host)))
        .flatMap(service ->
            all.pods().stream()
                .filter(pod -> pod.namespace().equals(service.namespace()))
                .filter(pod -> selects(service.at("/spec/selector"), pod)))
        .toList();
  }

  private static Optional<String> host(String url) {
    try {
      return Optional.ofNullable(URI.create(url).getHost());
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  private static boolean named(Seen service, String host) {
    var name = service.name() + "." + service.namespace();
    return host.equals(name) || host.equals(name + ".svc") || host.startsWith(name + ".svc.");
  }

  private static boolean selects(JsonNode selector, Seen pod) {
    return !selector.isEmpty()
        && selector.properties().stream()
            .allMatch(one -> pod.label(one.getKey()).equals(one.getValue().asText()));
  }

  private static Optional<Ref> controller(Seen pod) {
    for (var owner : pod.at("/metadata/ownerReferences")) {
      if (owner.path("controller").asBoolean())
        return Optional.of(
            new Ref(
                owner.path("apiVersion").asText(),
                owner.path("kind").asText(),
                pod.namespace(),
                owner.path("name").asText()));
    }
    return Optional.empty();
  }
}
