package dev.salvor.volumes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges the roles of the volumes: the one that was kept becomes the copy to exchange, the one
 * that the claim has now becomes the old one. From live reads, so that it also serves an exchange
 * that stopped half-way, and gives the same again when it is repeated.
 */
public record BeginUndo(ClusterReader cluster, Run run) implements Look<Facts> {
  /** How long a claim may take to be bound; one of a class that waits for a pod may never be. */
  private static final Duration BINDING = Duration.ofSeconds(45);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(2);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var whyNot = UndoWindow.of(cluster, facts).or(() -> notOurs(facts));
    if (whyNot.isPresent())
      return Sight.refused(
          facts,
          "UndoImpossible",
          "the volumes from before cannot be had back: " + whyNot.get(),
          "restore a backup instead: apply a new recovery");
    var binding = facts.volumes().stream().filter(volume -> binding(facts, volume)).findFirst();
    if (binding.isPresent() && moment.running().compareTo(BINDING) < 0)
      return Sight.notYet(
          "claim " + binding.get().claim() + " has no volume yet and is about to get one");
    var findings = new ArrayList<Finding>();
    var volumes = new ArrayList<VolumeFacts>();
    for (var volume : facts.volumes()) volumes.add(exchanged(facts, volume, findings));
    return Sight.seen(
        dropping(facts).withVolumes(volumes).withFindings(name(), findings),
        "the volumes from before can be had back");
  }

  /** A restore that was stopped half-way leaves claims whose volume is just being made. */
  private boolean binding(Facts facts, VolumeFacts volume) {
    return ClaimView.read(cluster, facts.knownTarget().namespace(), volume.claim())
        .filter(claim -> claim.volumeName().isEmpty())
        .isPresent();
  }

  private Optional<String> notOurs(Facts facts) {
    return facts.volumes().stream()
        .flatMap(volume -> UndoWindow.kept(cluster, volume).stream())
        .filter(kept -> !kept.heldBy(run))
        .map(kept -> "volume " + kept.name() + " is held by another recovery")
        .findFirst();
  }

  private VolumeFacts exchanged(Facts facts, VolumeFacts volume, List<Finding> findings) {
    var namespace = facts.knownTarget().namespace();
    var kept = UndoWindow.kept(cluster, volume);
    if (kept.isEmpty()) {
      if (volume.content() != null)
        findings.add(
            warning(
                "ClaimNotUndone",
                "claim " + volume.claim() + " had no volume before the recovery and stays as it is",
                "delete it yourself after the undo if nobody needs it"));
      // on no volume that is known: it takes no part
      return volume.copy() == null ? volume.withContent(null) : volume;
    }
    var goal = refreshed(namespace, volume.claim(), recorded(volume, kept.get()), kept.get());
    var other = same(volume.old(), goal) ? volume.copy() : volume.old();
    var claim = ClaimView.read(cluster, namespace, volume.claim());
    var old = behind(namespace, volume.claim(), claim, goal, other);
    if (claim.isPresent() && old != null && !same(other, old) && !same(goal, old))
      findings.add(
          warning(
              "ForeignVolume",
              "claim "
                  + volume.claim()
                  + " is on volume "
                  + old.name()
                  + ", which this recovery does not know; what is on it is kept, but no longer used",
              "copy what you need from it before you approve"));
    return new VolumeFacts(
        volume.claim(),
        claim.map(ClaimView::uid).orElse(null),
        manifest(volume, claim, goal, other),
        old,
        volume.content(),
        goal);
  }

  /**
   * The volume that leaves its place. It inherits the policy, so that this is the same in the end.
   */
  private VolumeFacts.@Nullable Pv behind(
      String namespace,
      String called,
      Optional<ClaimView> claim,
      VolumeFacts.Pv goal,
      VolumeFacts.@Nullable Pv other) {
    var name = claim.map(ClaimView::volumeName).orElse("");
    if (name.isEmpty() || name.equals(goal.name()))
      return other == null ? null : policy(other, goal);
    var seen = PvView.named(cluster, name);
    if (seen.isEmpty()) return null;
    return other != null && other.uid().equals(seen.get().seen().uid())
        ? policy(refreshed(namespace, called, other, seen.get()), goal)
        : policy(seen.get().facts(), goal);
  }

  /** The instances that joined since go the way of those before them. */
  private Facts dropping(Facts facts) {
    var database = facts.postgres().database();
    if (database == null) return facts;
    var group = new Group(cluster, run, facts.knownTarget().namespace());
    return facts.withPostgres(facts.postgres().withDropped(group.dropped(facts, database)));
  }

  /** With the claim it belongs to now; a volume that waits by name keeps what is on record. */
  private static VolumeFacts.Pv refreshed(
      String namespace, String claim, VolumeFacts.Pv facts, PvView seen) {
    var uid = seen.claimUid();
    if (uid.isEmpty()) return facts;
    var here = seen.seen().text(PvView.CLAIM_REF + "/namespace").equals(namespace);
    var name = seen.seen().text(PvView.CLAIM_REF + "/name");
    return new VolumeFacts.Pv(
        facts.name(),
        facts.uid(),
        facts.policy(),
        uid,
        here ? null : facts.shadow(),
        facts.storageClass(),
        facts.bytes(),
        name.equals(claim) ? null : name);
  }

  private static VolumeFacts.Pv policy(VolumeFacts.Pv facts, VolumeFacts.Pv from) {
    return new VolumeFacts.Pv(
        facts.name(),
        facts.uid(),
        from.policy(),
        facts.claimUid(),
        facts.shadow(),
        facts.storageClass(),
        facts.bytes(),
        facts.claim());
  }

  /**
   * The claim as it is now, for what Git changed on it since, with the spec that fits the volume
   * from before.
   */
  private @Nullable ObjectNode manifest(
      VolumeFacts volume,
      Optional<ClaimView> claim,
      VolumeFacts.Pv goal,
      VolumeFacts.@Nullable Pv other) {
    var recorded = volume.manifest();
    if (recorded == null) return null;
    var manifest = recorded.deepCopy();
    var current = claim.filter(live -> other != null && live.volumeName().equals(other.name()));
    if (current.isPresent())
      manifest.set("metadata", ClaimManifest.of(cluster, current.get(), Map.of()).path("metadata"));
    if (goal.storageClass() != null)
      manifest.withObject("/spec").put("storageClassName", goal.storageClass());
    return manifest;
  }

  private static VolumeFacts.Pv recorded(VolumeFacts volume, PvView kept) {
    var old = volume.old();
    if (old != null && old.uid().equals(kept.seen().uid())) return old;
    return volume.provenCopy();
  }

  private static boolean same(VolumeFacts.@Nullable Pv one, VolumeFacts.Pv other) {
    return one != null && one.uid().equals(other.uid());
  }

  private Finding warning(String reason, String message, String remedy) {
    return new Finding(name(), Finding.Severity.Warning, reason, message, remedy);
  }
}
