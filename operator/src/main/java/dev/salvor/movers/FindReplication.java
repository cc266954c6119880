package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.HoldFacts;
import dev.salvor.api.SourceFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.api.VolumeFacts.Content;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.api.VolumeSource.VolSync;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ReplicationSource whose repository the claim is restored from, and its {@link Writers}. */
public record FindReplication(
    ClusterReader cluster, Run run, VolSync wanted, String claim, Direction direction)
    implements Look<Facts> {
  /** Whether a source is needed. */
  public enum Direction {
    RESTORE,
    /** Only what has to stand still: the source may be gone by then. */
    BACK
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var findings = new Findings(name());
    var target = facts.target();
    if (target == null) return Sight.seen(findings.into(facts), "no namespace to look in");
    var writers = new Writers(cluster, run, claim).in(target.namespace());
    var known = facts.source();
    if (direction == Direction.BACK)
      return Sight.seen(
          facts.withSource(known == null ? null : known.withWriters(writers)),
          "to be paused: " + writers.size());
    var ref = Kinds.REPLICATION_SOURCE.ref(target.namespace(), wanted.replicationSource());
    var seen = cluster.get(ref);
    if (seen.isEmpty()) {
      if (cluster.serves(Kinds.REPLICATION_SOURCE))
        findings.refuse(
            "SourceMissing",
            ref.text() + " does not exist",
            "Correct spec.source.volSync.replicationSource; there is: kubectl -n "
                + target.namespace()
                + " get replicationsource");
      else
        findings.refuse(
            "VolSyncMissing",
            "the cluster does not know ReplicationSources",
            "Install VolSync, then raise spec.retry by one");
      return Sight.seen(findings.into(facts.withSource(null)), "there is no such source");
    }
    var source = read(facts, seen.get(), writers, findings);
    if (source == null)
      return Sight.seen(findings.into(facts.withSource(null)), "nothing to restore with");
    return Sight.seen(
        findings.into(facts.withSource(source).withVolumes(content(facts))),
        ref.text()
            + " with "
            + source.mover()
            + (source.newest() == null
                ? ", which has no backup that VolSync knows of"
                : ", last backup at " + source.newest())
            + findings.count());
  }

  private @Nullable SourceFacts read(
      Facts facts, Seen source, List<HoldFacts> writers, Findings findings) {
    var mover = Settings.mover(source);
    if (mover.isEmpty()) {
      findings.refuse(
          "MoverUnknown",
          source.ref().text() + " backs up with neither restic nor kopia",
          "Use a ReplicationSource that does");
      return null;
    }
    if (!source.text("/spec/sourcePVC").equals(claim))
      findings.warn(
          "SourceOfAnotherClaim",
          source.ref().text()
              + " backs up claim "
              + source.text("/spec/sourcePVC")
              + ", not claim "
              + claim,
          "Approve only if the data of that claim is wanted in this one");
    var newest = source.time("/status/lastSyncTime").orElse(null);
    if (newest == null)
      findings.warn(
          "SourceNeverSynced",
          source.ref().text() + " has not made a backup since it was created",
          "Approve only if its repository has backups from before; without one the recovery fails"
              + " before anything is changed");
    var asOf = wanted.restoreAsOf();
    if (asOf != null && asOf.isAfter(moment(newest)))
      findings.warn(
          "SourceOlderThanAsked",
          "the last backup of "
              + source.ref().text()
              + " is older than spec.source.volSync.restoreAsOf",
          "Nothing to do, if the newest backup is what you want");
    var before = facts.source();
    var settings = Settings.of(source, mover.get(), wanted);
    new Nearby(cluster, source.namespace(), claim).into(settings);
    return new SourceFacts(
        source.ref(),
        source.uid(),
        mover.get(),
        source.text("/spec/" + mover.get() + "/repository"),
        settings,
        newest,
        writers,
        before == null ? null : before.snapshot());
  }

  private static Instant moment(@Nullable Instant newest) {
    return newest == null ? Instant.MAX : newest;
  }

  /** The claim is to be restored: what from, the proof will say. */
  static List<VolumeFacts> content(Facts facts) {
    return facts.volumes().stream()
        .map(volume ->
            volume.content() == null
                ? volume.withContent(new Content(Method.VolSync, null, null, null, -1, null))
                : volume)
        .toList();
  }
}
