package dev.salvor.nodeloss;

import dev.salvor.api.GaleraFacts;
import dev.salvor.api.GaleraFacts.Survivor;
import dev.salvor.api.Ref;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The member of a MariaDB that a claim belongs to, by the labels that mariadb-operator puts on its
 * claim templates (pkg/builder/statefulset_builder.go).
 *
 * @param database the MariaDB
 * @param pod name of the member's pod
 * @param data false for the claim {@code galera-…}, which has nothing but configuration
 */
record Member(Ref database, String pod, boolean data) {
  private static final String ROLE = "pvc.k8s.mariadb.com/role";
  private static final String FORCED = "/spec/galera/recovery/forceClusterBootstrapInPod";

  /** Empty for any other claim. */
  static Optional<Member> of(Seen claim) {
    var role = claim.label(ROLE);
    if (!role.equals("storage") && !role.equals("config")) return Optional.empty();
    var name = claim.label("app.kubernetes.io/instance");
    var prefix = role.equals("storage") ? "storage-" : "galera-";
    if (name.isEmpty() || !claim.name().startsWith(prefix + name + "-")) return Optional.empty();
    return Optional.of(
        new Member(
            Kinds.MARIADB.ref(claim.namespace(), name),
            claim.name().substring(prefix.length()),
            role.equals("storage")));
  }

  /** True if it replicates: a MariaDB of another kind has nobody to take its data over from. */
  static boolean replicates(Topology all, Ref database) {
    return all.galera(database).filter(one -> one.flag("/spec/galera/enabled")).isPresent();
  }

  /** Members of the same database whose data is neither lost nor going. */
  static List<Survivor> survivors(Topology all, Ref database, Set<String> stranded) {
    return all.claims().stream()
        .filter(claim -> !stranded.contains(claim.uid()) && !claim.terminating())
        .flatMap(claim ->
            of(claim)
                .filter(one -> one.data() && one.database().equals(database))
                .map(one -> new Survivor(one.pod(), claim.uid()))
                .stream())
        .toList();
  }

  /** The databases of which members are given up. */
  static List<GaleraFacts> databases(
      Topology all, List<StrandedClaim> rows, Set<String> stranded, Findings findings) {
    var found = new ArrayList<GaleraFacts>();
    var owners = new LinkedHashSet<Ref>();
    for (var row : rows)
      if (row.way() == Way.Galera) owners.add(Objects.requireNonNull(row.owner()));
    for (var owner : owners) {
      var database = all.galera(owner).orElseThrow();
      var survivors = survivors(all, owner, stranded);
      found.add(new GaleraFacts(owner, database.uid(), survivors, null));
      judge(database, survivors, findings);
    }
    return found;
  }

  private static void judge(Seen database, List<Survivor> survivors, Findings findings) {
    var forced = database.text(FORCED);
    if (!forced.isEmpty())
      findings.refuse(
          "GaleraBootstrapForced",
          database.ref().text()
              + " has forceClusterBootstrapInPod: "
              + forced
              + ": each time it recovers, it begins a new cluster there, also on an empty member",
          "Take spec.galera.recovery.forceClusterBootstrapInPod out of it, and out of Git");
    var wanted = database.number("/spec/replicas", 1);
    if (survivors.size() * 2L <= wanted)
      findings.warn(
          "GaleraQuorumLost",
          database.ref().text()
              + " has "
              + survivors.size()
              + " of "
              + wanted
              + " members left, too few to go on by themselves",
          "Its operator forms the cluster anew from the member that has most; Salvor names that"
              + " member if the operator does not come to it");
  }
}
