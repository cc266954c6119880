package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.api.HelperFacts;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Verdict;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The map: every claim whose volume no living node can serve, and how each comes back. */
public record FindStrandedVolumes(
    ClusterReader cluster, Surroundings around, NodeLossRecoverySpec spec)
    implements Step.Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var all = Topology.read(cluster);
    var backups = Backups.read(cluster, around);
    var rows = rows(spec, all, backups);
    var stuck = stuck(all, rows);
    var findings = new Findings(name());
    for (var row : rows) {
      if (row.way() != StrandedClaim.Way.Report || row.verdict() == Verdict.SelfHealing) continue;
      findings.warn(
          row.verdict() == Verdict.Unknown ? "ClaimUnattributed" : "ClaimLeft",
          "claim " + row.text() + " stays as it is: " + row.reason(),
          "If its data is to come back, say how in spec.sources of a new NodeLossRecovery");
    }
    for (var source : spec.allSources()) {
      if (rows.stream()
          .noneMatch(row ->
              row.namespace().equals(source.namespace())
                  && row.claim().equals(source.persistentVolumeClaim())))
        findings.refuse(
            "SourceWithoutClaim",
            "spec.sources names claim "
                + source.namespace()
                + "/"
                + source.persistentVolumeClaim()
                + ", which is not on "
                + spec.nodeName()
                + ", or is not there",
            "Take it out of spec.sources, or correct its name");
    }
    var lost =
        rows.stream()
            .filter(row -> row.verdict() == Verdict.Stranded)
            .map(StrandedClaim::uid)
            .collect(Collectors.toSet());
    var galera = Member.databases(all, rows, lost, findings);
    var infrastructure =
        new Infrastructure(
            all,
            around,
            cluster.list(Kinds.BACKUP_STORAGE_LOCATION, around.velero()),
            cluster.list(Kinds.SERVICE, ""));
    infrastructure.judge(rows, backups, findings);
    var node =
        facts
            .knownNode()
            .withMap(rows, stuck, galera)
            .withHelpers(helpers(infrastructure.helpers(spec.nodeName()), rows));
    var left = rows.stream().filter(row -> row.verdict() != Verdict.SelfHealing).count();
    return Sight.seen(
        findings.into(facts.withNode(node)),
        left == 0
            ? "no claim had its volume on " + spec.nodeName() + " alone"
            : "claims with a volume that no node is left for: " + left + findings.count());
  }

  /** UIDs of pods that go with what is stranded, or stay with what is only reported. */
  private static List<String> known(List<StrandedClaim> rows) {
    return rows.stream()
        .filter(row -> row.verdict() != Verdict.SelfHealing)
        .flatMap(row -> row.pods().stream())
        .map(Victim::uid)
        .toList();
  }

  /** Without those that go with a stranded claim, and without what is not to be touched. */
  private List<HelperFacts> helpers(List<HelperFacts> found, List<StrandedClaim> rows) {
    var known = known(rows);
    return found.stream()
        .filter(one -> !known.contains(one.pod().uid()))
        .filter(one -> spec.covers(Objects.requireNonNull(one.pod().ref().namespace())))
        .toList();
  }

  /** Pure: the same objects give the same rows, in the order of the plan. */
  static List<StrandedClaim> rows(NodeLossRecoverySpec spec, Topology all, Backups backups) {
    var stranding = new Stranding(spec.nodeName(), namesake(spec, all), all);
    var found = new LinkedHashMap<Seen, Stranding.Ruling>();
    for (var volume : all.volumes()) {
      if (all.claimOf(volume).isEmpty()) continue;
      stranding.of(volume).ifPresent(ruling -> found.put(volume, ruling));
    }
    Set<String> uids =
        found.entrySet().stream()
            .filter(entry -> entry.getValue().verdict() == Verdict.Stranded)
            .map(entry -> all.claimOf(entry.getKey()).orElseThrow().uid())
            .collect(Collectors.toCollection(TreeSet::new));
    var ways = new Ways(spec, all, backups, uids);
    var rows = new ArrayList<StrandedClaim>();
    found.forEach((volume, ruling) -> {
      var claim = all.claimOf(volume).orElseThrow();
      var choice = ways.of(claim, ruling.verdict());
      rows.add(
          new StrandedClaim(
              claim.namespace(),
              claim.name(),
              claim.uid(),
              volume.name(),
              volume.uid(),
              volume.text("/spec/persistentVolumeReclaimPolicy"),
              volume.text("/spec/storageClassName"),
              claim.text("/spec/resources/requests/storage"),
              ruling.verdict(),
              choice.way(),
              choice.owner(),
              all.users(claim).stream().map(FindStrandedVolumes::victim).toList(),
              choice.source(),
              choice.backedUpAt(),
              choice.reason().isEmpty()
                  ? ruling.reason()
                  : ruling.reason() + "; " + choice.reason()));
    });
    rows.sort(Comparator.comparing(StrandedClaim::way).thenComparing(StrandedClaim::text));
    return rows;
  }

  /** When the machine that has the name now came, if a person says that it is another one. */
  private static @Nullable Instant namesake(NodeLossRecoverySpec spec, Topology all) {
    if (!spec.newMachine()) return null;
    return all.node(spec.nodeName())
        .flatMap(node -> node.time("/metadata/creationTimestamp"))
        .orElse(null);
  }

  /**
   * Pods of a StatefulSet stay until they are deleted by force, and so does what has an attached
   * volume; everything else is replaced by its controller, or runs on every node.
   */
  private List<Victim> stuck(Topology all, List<StrandedClaim> rows) {
    var known = known(rows);
    return all.living(spec.nodeName()).stream()
        .filter(pod -> spec.covers(pod.namespace()) && !known.contains(pod.uid()))
        .filter(FindStrandedVolumes::waitedFor)
        .map(FindStrandedVolumes::victim)
        .toList();
  }

  private static boolean waitedFor(Seen pod) {
    var statefulSet =
        StreamSupport.stream(pod.at("/metadata/ownerReferences").spliterator(), false)
            .anyMatch(owner -> owner.path("kind").asText().equals("StatefulSet"));
    var attached =
        StreamSupport.stream(pod.at("/spec/volumes").spliterator(), false)
            .anyMatch(volume -> volume.has("persistentVolumeClaim") || volume.has("ephemeral"));
    return statefulSet || attached;
  }

  private static Victim victim(Seen object) {
    return new Victim(object.ref(), object.uid());
  }
}
