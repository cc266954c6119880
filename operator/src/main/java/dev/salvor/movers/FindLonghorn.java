package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.SourceFacts;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeFacts.Content;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.api.VolumeSource;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.LonghornBackup;
import dev.salvor.kube.Quantity;
import dev.salvor.kube.Run;
import dev.salvor.movers.FindReplication.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The backup of Longhorn that the claim is restored from, how the new volume is made, and what of
 * VolSync has to stand still meanwhile. A backup that was chosen once stays the one while it is
 * there: newer ones may come every few minutes, and what was approved must not change under the
 * approver.
 *
 * @param everywhere also backups of other namespaces: who may write in one namespace must not read
 *     what another has backed up
 */
public record FindLonghorn(
    ClusterReader cluster,
    Run run,
    VolumeSource.Longhorn wanted,
    String claim,
    Direction direction,
    boolean everywhere)
    implements Look<Facts> {
  /** {@code SourceFacts.mover} of a restore by Longhorn. */
  static final String MOVER = "longhorn";

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
    // it is restored: what becomes of the backup does not matter any more
    if (known != null && known.snapshot() != null)
      return Sight.seen(
          facts.withSource(known.withWriters(writers)),
          known.ref().text() + " is restored, to be paused: " + writers.size());
    if (!cluster.serves(Kinds.LONGHORN_BACKUP)) {
      findings.refuse(
          "LonghornMissing",
          "the cluster does not know Backups of longhorn.io/v1beta2",
          "Install Longhorn 1.8 or newer, then raise spec.retry by one");
      return Sight.seen(findings.into(facts.withSource(null)), "there is no Longhorn");
    }
    var old = new LonghornOld(cluster, facts);
    var full = target.namespace() + "/" + claim;
    var chosen = chosen(full, old, known, findings);
    if (chosen.isEmpty())
      return Sight.seen(findings.into(facts.withSource(null)), "nothing to restore from");
    var backup = chosen.get();
    judge(facts, backup, full, old, findings);
    var settings = new LonghornSettings(cluster, facts, backup, wanted, old).of(findings);
    var source =
        new SourceFacts(
            backup.seen().ref(),
            backup.seen().uid(),
            MOVER,
            backup.target(),
            settings,
            backup.takenAt(),
            writers,
            null);
    var content =
        new Content(
            Method.Longhorn,
            null,
            null,
            backup.name(),
            Quantity.bytes(backup.seen().text("/status/size")),
            null,
            backup.bytes());
    var found =
        facts
            .withSource(source)
            .withVolumes(facts.volumes().stream().map(one -> one.withContent(content)).toList());
    return Sight.seen(
        findings.into(old.gone() ? found.withStrategy(Strategy.InPlace) : found),
        backup.seen().ref().text() + " of " + backup.takenAt() + findings.count());
  }

  private Optional<LonghornBackup> chosen(
      String full, LonghornOld old, @Nullable SourceFacts known, Findings findings) {
    var all = LonghornBackup.all(cluster);
    var named = wanted.backup();
    if (named != null) return named(all, named, full, old, findings);
    var until = wanted.notAfter() == null ? Instant.MAX : wanted.notAfter();
    var kept =
        all.stream()
            .filter(one -> known != null && one.seen().uid().equals(known.uid()))
            .filter(LonghornBackup::usable)
            .findFirst();
    if (kept.isPresent()) return kept;
    var newest = LonghornBackup.newest(all, full, old.handle(), until);
    if (newest.isPresent()) return newest;
    findings.refuse(
        "NoBackup",
        "Longhorn has no completed backup of claim "
            + full
            + (wanted.notAfter() == null ? "" : " from " + until + " or before")
            + there(all, full, old),
        "Name one in spec.source.longhorn.backup of a new recovery, if it is of another claim or"
            + " volume; in a new cluster have Longhorn read its backup target first: kubectl -n"
            + " longhorn-system patch backuptarget default --type merge -p"
            + " '{\"spec\":{\"syncRequestedAt\":\"<now, as 2026-01-31T12:00:00Z>\"}}'");
    return Optional.empty();
  }

  private Optional<LonghornBackup> named(
      List<LonghornBackup> all, String named, String full, LonghornOld old, Findings findings) {
    var found = all.stream().filter(one -> one.name().equals(named)).findFirst();
    if (found.isEmpty())
      findings.refuse(
          "BackupMissing",
          "Backup " + named + " of Longhorn does not exist",
          "Correct spec.source.longhorn.backup; there is: kubectl get backups.longhorn.io -A");
    else if (!found.get().usable())
      findings.refuse(
          "BackupNotFinished",
          "Backup " + named + " of Longhorn is " + state(found.get()),
          "Wait for its end and raise spec.retry by one, or name another one");
    else if (!everywhere && !found.get().ofNamespace(full, old.handle())) {
      findings.refuse(
          "BackupOfAnotherNamespace",
          "Backup "
              + named
              + " of Longhorn is of "
              + (found.get().claim().isEmpty() ? "nobody knows whom" : found.get().claim()),
          "Name one of this namespace; or apply the recovery in Salvor's own namespace, with"
              + " spec.targetNamespace");
      return Optional.empty();
    }
    return found.filter(LonghornBackup::usable);
  }

  /** What there is instead; of other namespaces only how much. */
  private static String there(List<LonghornBackup> all, String full, LonghornOld old) {
    var ours = all.stream().filter(one -> one.of(full, old.handle())).limit(5).toList();
    if (!ours.isEmpty())
      return "; there is "
          + ours.stream()
              .map(one -> one.name() + " of " + one.takenAt() + " (" + state(one) + ")")
              .collect(Collectors.joining(", "));
    var near =
        all.stream()
            .filter(one -> one.ofNamespace(full, old.handle()))
            .map(LonghornBackup::claim)
            .distinct()
            .limit(5)
            .collect(Collectors.joining(", "));
    return near.isEmpty()
        ? "; it has " + all.size() + " backups, none of them of this namespace"
        : "; of this namespace it has backups of " + near;
  }

  private static String state(LonghornBackup backup) {
    return backup.state().isEmpty() ? "new" : backup.state();
  }

  private void judge(
      Facts facts, LonghornBackup backup, String full, LonghornOld old, Findings findings) {
    if (!backup.of(full, old.handle()))
      findings.warn(
          "SourceOfAnotherClaim",
          backup.seen().ref().text()
              + " is of "
              + (backup.claim().isEmpty()
                  ? "volume " + backup.volume()
                  : "claim " + backup.claim() + ", volume " + backup.volume())
              + ", not of the volume of claim "
              + full,
          "Approve only if the data of that one is wanted in this one");
    var target =
        cluster.get(Kinds.LONGHORN_BACKUP_TARGET.ref(backup.seen().namespace(), backup.target()));
    if (target.isEmpty() || !target.get().flag("/status/available"))
      findings.refuse(
          "BackupTargetUnavailable",
          "BackupTarget "
              + backup.target()
              + " of Longhorn is "
              + target
                  .map(seen -> seen.condition("Unavailable").path("message").asText())
                  .map(why -> why.isEmpty() ? "not available" : "not available: " + why)
                  .orElse("not there"),
          "Mend its spec.backupTargetURL or spec.credentialSecret, then raise spec.retry by one");
    if (old.gone())
      findings.warn(
          "OldVolumeLost",
          "Longhorn volume "
              + old.handle()
              + " has no replica with data on any node that is left: there will be no undo",
          "Approve if the backup has what is wanted; if a disk or node of it can be brought back,"
              + " do that instead");
    var manifest = facts.volumes().isEmpty() ? null : facts.volumes().getFirst().manifest();
    if (manifest == null) return;
    var asked = Quantity.bytes(manifest.at("/spec/resources/requests/storage").asText(""));
    if (backup.bytes() < asked)
      findings.refuse(
          "CopyDoesNotFit",
          "the volume of "
              + backup.seen().ref().text()
              + " has "
              + Quantity.text(backup.bytes())
              + ", claim "
              + claim
              + " asks for "
              + Quantity.text(asked)
              + ": a claim is not bound to a smaller volume",
          "Choose a backup from after the claim was expanded; or restore this one by hand and copy"
              + " its files into the claim, for example with source.job");
  }
}
