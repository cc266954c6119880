package dev.salvor.volumes;

import dev.salvor.api.ClaimChoice;
import dev.salvor.api.Facts;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the claims to recover and the volumes behind them, chooses the strategy, and says
 * everything that is in the way at once. Looked at again after the copy was made: what is known
 * about content and copy stays, what changed in the cluster is taken as it is now.
 */
public record ReadTarget(
    ClusterReader cluster,
    Surroundings around,
    Run run,
    String namespace,
    Scope scope,
    @Nullable ClaimChoice choice,
    @Nullable Strategy wanted,
    Map<String, String> mapping,
    List<String> staying,
    Placing placing)
    implements Look<Facts> {
  /** Where the copy is made. */
  public enum Placing {
    /** In a shadow namespace, if it can be; else in place. */
    SHADOW,
    /**
     * Under another name in the same namespace, always: where the old volume cannot be used any
     * more the strategy is {@code InPlace}, because there is nothing to go back to.
     */
    SAME_NAMESPACE
  }

  /** No claim may stay at today's state while its consumer goes back in time. */
  public ReadTarget(
      ClusterReader cluster,
      Surroundings around,
      Run run,
      String namespace,
      Scope scope,
      @Nullable ClaimChoice choice,
      @Nullable Strategy wanted,
      Map<String, String> mapping) {
    this(cluster, around, run, namespace, scope, choice, wanted, mapping, List.of());
  }

  public ReadTarget(
      ClusterReader cluster,
      Surroundings around,
      Run run,
      String namespace,
      Scope scope,
      @Nullable ClaimChoice choice,
      @Nullable Strategy wanted,
      Map<String, String> mapping,
      List<String> staying) {
    this(cluster, around, run, namespace, scope, choice, wanted, mapping, staying, Placing.SHADOW);
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(2);
  }

  @Override
  public Sight<Facts> look(Facts recorded, Moment moment) {
    var facts = recorded.withVolumes(recorded.volumes().stream().map(this::alive).toList());
    var target = new TargetNamespace(cluster, around, namespace);
    var seen = cluster.get(Kinds.NAMESPACE.ref(namespace));
    var obstacles =
        new ArrayList<>(target.obstacles(seen, TargetNamespace.Advice.restore(namespace, scope)));
    var known = seen.isPresent();
    var selection =
        known
            ? ClaimSelection.of(cluster, namespace, choice)
            : new ClaimSelection(List.of(), List.of(), List.of());
    var reviewed = facts.volumes().stream().anyMatch(volume -> volume.copy() != null);
    if (reviewed) obstacles.addAll(sinceTheCopy(recorded, facts, selection));
    else obstacles.addAll(selection.obstacles());
    obstacles.addAll(obstacles(selection.claims()));
    var volumes = volumes(facts, selection, reviewed);
    if (reviewed)
      obstacles.addAll(
          CommonNode.obstacles(cluster, namespace, volumes, cluster.list(Kinds.NODE, "")));
    var strategy = strategy(facts, selection, obstacles, reviewed);
    var told =
        placing == Placing.SHADOW ? obstacles : obstacles.stream().map(SameNamespace::of).toList();
    var findings =
        told.stream()
            .flatMap(each ->
                each.finding(name(), strategy, wanted != null || scope == Scope.Namespace).stream())
            .toList();
    return Sight.seen(
        facts
            .withTarget(target.facts(seen))
            .withStrategy(strategy)
            .withVolumes(volumes)
            .withFindings(name(), findings),
        volumes.size() + " claims in namespace " + namespace + ", strategy " + strategy);
  }

  private List<Obstacle> obstacles(List<ClaimView> claims) {
    var found = new ArrayList<Obstacle>();
    var nodes = cluster.list(Kinds.NODE, "");
    var classes = new HashSet<String>();
    for (var claim : claims) {
      found.addAll(ClaimObstacles.of(claim, PvView.named(cluster, claim.volumeName()), nodes));
      if (!claim.storageClass().isEmpty()) classes.add(claim.storageClass());
    }
    found.addAll(
        new ClassObstacles(cluster, mapping, placing == Placing.SAME_NAMESPACE).of(claims));
    found.addAll(new QuotaRoom(cluster, namespace).obstacles(claims));
    found.addAll(StorageOutage.of(cluster, classes));
    return found;
  }

  /** Once there is a copy the strategy is settled: it was made for the exchange. */
  private Strategy strategy(
      Facts facts, ClaimSelection selection, List<Obstacle> obstacles, boolean reviewed) {
    if (scope == Scope.Namespace) return Strategy.InPlace;
    if (wanted != null) return wanted;
    var settled = facts.strategy();
    if (reviewed && settled != null) return settled;
    if (placing == Placing.SAME_NAMESPACE)
      return obstacles.stream().anyMatch(SameNamespace::lost) ? Strategy.InPlace : Strategy.Swap;
    var barred = obstacles.stream().anyMatch(each -> each.bars() == Obstacle.Bars.SWAP);
    return barred || selection.claims().isEmpty() ? Strategy.InPlace : Strategy.Swap;
  }

  /** Without a copy that is no more: it was dropped when an earlier attempt was taken back. */
  private VolumeFacts alive(VolumeFacts volume) {
    var copy = volume.copy();
    if (copy == null) return volume;
    var seen = PvView.read(cluster, copy).filter(pv -> pv.heldBy(run) || pv.bound());
    return seen.isPresent() ? volume : volume.withCopy(null);
  }

  /** What came or went after the copy was made; half of the claims exchanged is no recovery. */
  private List<Obstacle> sinceTheCopy(Facts recorded, Facts facts, ClaimSelection selection) {
    var found = new ArrayList<Obstacle>();
    for (var volume : recorded.volumes()) {
      if (volume.copy() != null
          && known(facts, volume.claim()).filter(live -> live.copy() != null).isEmpty())
        found.add(
            Obstacle.all(
                "CopyTaken",
                "the copy of claim " + volume.claim() + " is gone: volume " + volume.copy().name(),
                "apply a new recovery; this one can be aborted without harm"));
    }
    for (var claim : selection.claims()) {
      if (known(facts, claim.name()).isEmpty() && !staying.contains(claim.name()))
        found.add(
            Obstacle.all(
                "ClaimAppeared",
                "claim " + claim.name() + " appeared in scope after the copy was made",
                "apply a new recovery that includes it, or choose the claims with"
                    + " spec.persistentVolumeClaims; or delete the claim if nobody needs it and"
                    + " raise spec.retry"));
    }
    for (var volume : facts.volumes()) {
      var there = selection.claims().stream().anyMatch(each -> each.name().equals(volume.claim()));
      if (!there && volume.copy() != null)
        found.add(
            Obstacle.warning(
                "ClaimMissing",
                "claim " + volume.claim() + " is gone since the copy was made",
                "approve to have it created on the copy; there may be no volume to undo to"));
    }
    return found;
  }

  private List<VolumeFacts> volumes(Facts facts, ClaimSelection selection, boolean reviewed) {
    var volumes = new ArrayList<VolumeFacts>();
    for (var claim : selection.claims()) {
      var before = known(facts, claim.name());
      if (reviewed && before.isEmpty()) continue;
      volumes.add(
          new VolumeFacts(
              claim.name(),
              claim.uid(),
              ClaimManifest.of(cluster, claim, mapping),
              behind(claim),
              before.map(VolumeFacts::content).orElse(null),
              before.map(VolumeFacts::copy).orElse(null)));
    }
    for (var name : selection.missing())
      if (known(facts, name).filter(volume -> reviewed).isEmpty())
        volumes.add(new VolumeFacts(name, null, null, null, null, null));
    // with scope Namespace the backup may bring claims that are not there: they stay planned for
    if (reviewed || scope == Scope.Namespace) {
      var listed = volumes.stream().map(VolumeFacts::claim).toList();
      facts.volumes().stream()
          .filter(volume -> !listed.contains(volume.claim()))
          .filter(volume -> reviewed || volume.content() != null)
          .map(this::gone)
          .forEach(volumes::add);
    }
    return volumes;
  }

  /** What is left of a claim that went after its copy was made. */
  private VolumeFacts gone(VolumeFacts volume) {
    var recorded = volume.old();
    Optional<PvView> old = recorded == null ? Optional.empty() : PvView.read(cluster, recorded);
    return new VolumeFacts(
        volume.claim(),
        null,
        volume.manifest(),
        old.isPresent() ? recorded : null,
        volume.content(),
        volume.copy());
  }

  /** The claim's volume; null for one that is not bound, or whose volume is gone. */
  private VolumeFacts.@Nullable Pv behind(ClaimView claim) {
    return PvView.behind(cluster, claim).map(PvView::facts).orElse(null);
  }

  private static Optional<VolumeFacts> known(Facts facts, String claim) {
    return facts.volumes().stream().filter(volume -> volume.claim().equals(claim)).findFirst();
  }
}
