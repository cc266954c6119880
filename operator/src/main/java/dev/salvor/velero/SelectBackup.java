package dev.salvor.velero;

import dev.salvor.api.BackupChoice;
import dev.salvor.api.BackupFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the backup, once: later calls only verify that the chosen one is still there. A backup
 * that failed a check is passed over for the next older one.
 */
public record SelectBackup(
    ClusterReader cluster, Surroundings around, BackupChoice choice, String namespace)
    implements Step.Look<Facts> {
  /** Less left than this and the backup may vanish during the restore (velero.md H10). */
  private static final Duration TOO_SHORT = Duration.ofHours(1);

  private static final Duration SHORT = Duration.ofHours(2);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var found = new Findings(name());
    if (!cluster.serves(Kinds.BACKUP)) {
      found.refuse(
          "NoVelero",
          "this cluster has no Velero: the API server does not know velero.io/v1 Backup",
          "Install Velero and give it the storage location that holds the backups");
      return Sight.seen(found.into(facts), "no Velero in this cluster");
    }
    if (VeleroServer.in(cluster, around.velero()).isEmpty())
      found.refuse(
          "NoVelero",
          "there is no Deployment velero in namespace " + around.velero(),
          "Install the Velero server there, or tell Salvor its namespace (Helm value veleroNamespace)");
    var pinned = facts.backup();
    if (pinned != null && !pinned.rejected().contains(pinned.name()))
      return verify(facts, pinned, moment, found);
    var rejected = pinned == null ? List.<String>of() : pinned.rejected();
    var chosen = choose(facts, pinned, rejected, found);
    if (chosen == null) return Sight.seen(found.into(facts), "no usable backup");
    judge(chosen, moment.now(), found);
    if (chosen.startedAt().isEmpty()) return Sight.seen(found.into(facts), "no usable backup");
    // what is known of the contents belongs to the backup that was rejected
    var fresh =
        pinned == null
            ? facts
            : facts
                .withPods(List.of())
                .withVolumes(
                    facts.volumes().stream()
                        .map(volume -> volume.withContent(null).withCopy(null))
                        .toList());
    return Sight.seen(
        found.into(fresh.withBackup(chosen.facts(rejected))),
        "backup " + chosen.name() + " of " + chosen.startedAt().orElseThrow() + found.count());
  }

  private Sight<Facts> verify(Facts facts, BackupFacts pinned, Moment moment, Findings found) {
    var live = cluster.get(Kinds.BACKUP.ref(around.velero(), pinned.name())).map(VeleroBackup::new);
    if (live.isEmpty() || !live.get().seen().uid().equals(pinned.uid())) {
      found.refuse(
          "BackupMissing",
          "backup " + pinned.name() + ", chosen for this recovery, does not exist any more",
          "Create a new recovery that names another backup");
    } else {
      judge(live.get(), moment.now(), found);
    }
    return Sight.seen(
        found.into(facts), "backup " + pinned.name() + " stays chosen" + found.count());
  }

  private @Nullable VeleroBackup choose(
      Facts facts, @Nullable BackupFacts pinned, List<String> rejected, Findings found) {
    if (choice.name() != null) {
      if (rejected.contains(choice.name())) {
        found.refuse(
            "NoOlderBackup",
            "backup " + choice.name() + " failed a check, and spec.backup names no other",
            "Create a new recovery that names another backup, or give schedule and fallbackToOlder");
        return null;
      }
      var named = cluster.get(Kinds.BACKUP.ref(around.velero(), choice.name()));
      if (named.isEmpty())
        found.refuse(
            "BackupMissing",
            "there is no backup "
                + choice.name()
                + " in namespace "
                + around.velero()
                + notSynced(),
            "List them with `velero backup get` and name one of those");
      return named.map(VeleroBackup::new).orElse(null);
    }
    var all = cluster.list(Kinds.BACKUP, around.velero()).stream().map(VeleroBackup::new).toList();
    var asked = all.stream().filter(this::asked).toList();
    var usable =
        asked.stream()
            .filter(VeleroBackup::usable)
            .filter(backup -> !rejected.contains(backup.name()))
            .filter(backup -> pinned == null || before(backup, pinned.startedAt()))
            .sorted(Comparator.comparing(SelectBackup::start).reversed())
            .toList();
    var chosen =
        usable.stream().filter(backup -> backup.complete() || whole(facts, backup)).findFirst();
    if (chosen.isEmpty()) {
      found.refuse(
          rejected.isEmpty() ? "NoBackup" : "NoOlderBackup",
          "there is no usable backup"
              + (choice.schedule() == null ? "" : " of schedule " + choice.schedule())
              + (choice.notAfter() == null ? "" : " that started at or before " + choice.notAfter())
              + " with namespace "
              + namespace
              + ": "
              + census(all, asked)
              + notSynced(),
          "Look at `velero backup get`; change spec.backup, or name one with spec.backup.name");
      return null;
    }
    var newest = usable.getFirst();
    if (!newest.name().equals(chosen.get().name()))
      found.warn(
          "BackupPassedOver",
          "backup "
              + newest.name()
              + " is newer but PartiallyFailed and lacks data for a claim; the older "
              + chosen.get().name()
              + " is taken",
          "Name it with spec.backup.name if you want it all the same");
    return chosen.get();
  }

  private boolean asked(VeleroBackup backup) {
    if (choice.schedule() != null && !backup.of(choice.schedule())) return false;
    var latest = choice.notAfter();
    if (latest != null && backup.startedAt().filter(start -> !start.isAfter(latest)).isEmpty())
      return false;
    return backup.covers(namespace);
  }

  /**
   * True if a backup that failed in part still has the data of every claim, as far as seen here.
   */
  private boolean whole(Facts facts, VeleroBackup backup) {
    var saved =
        PodVolumeBackup.of(cluster, around.velero(), backup.name(), namespace).stream()
            .filter(PodVolumeBackup::completed)
            .map(PodVolumeBackup::claim)
            .toList();
    return saved.containsAll(facts.volumes().stream().map(VolumeFacts::claim).toList());
  }

  private void judge(VeleroBackup backup, Instant now, Findings found) {
    var name = "backup " + backup.name();
    if (backup.inDeletion()) {
      found.refuse("BackupInDeletion", name + " is being deleted", "Choose another backup");
    } else if (backup.partial()) {
      found.warn(
          "BackupPartiallyFailed",
          name + " is PartiallyFailed: some objects or volumes of it are missing",
          "Look at `velero backup describe " + backup.name() + " --details` before you approve");
    } else if (!backup.complete()) {
      var phase = backup.phase().isEmpty() ? "New" : backup.phase();
      found.refuse(
          phase.startsWith("Failed") ? "BackupFailed" : "BackupNotFinished",
          name + " is " + phase + "; only Completed and PartiallyFailed ones can be restored",
          "Choose another backup, or wait for this one and create the recovery again");
    }
    if (!backup.covers(namespace))
      found.refuse(
          "BackupOfAnotherNamespace",
          name + " does not contain namespace " + namespace,
          "Choose a backup whose spec.includedNamespaces has " + namespace);
    backup.expiresAt().ifPresent(end -> expiry(name, Duration.between(now, end), end, found));
    var location = StorageLocation.named(cluster, around.velero(), backup.location());
    if (location.isEmpty()) {
      found.refuse(
          "StorageLocationMissing",
          name + " is in storage location " + backup.location() + ", which does not exist",
          "Create the BackupStorageLocation, wait until it is Available, and retry");
    } else if (!location.get().available()) {
      var said = location.get().message();
      found.refuse(
          "StorageLocationUnavailable",
          "storage location "
              + backup.location()
              + " is not Available"
              + (said.isEmpty() ? "" : ": " + said),
          "Repair it until `velero backup-location get` says Available, and retry");
    }
  }

  private static void expiry(String name, Duration left, Instant end, Findings found) {
    var remedy = "Choose a younger backup, or raise status.expiration of this one";
    if (left.compareTo(TOO_SHORT) < 0) {
      found.refuse(
          "BackupExpires",
          name + " expires at " + end + ": it may be deleted while it is being restored",
          remedy);
    } else if (left.compareTo(SHORT) < 0) {
      found.warn("BackupExpires", name + " expires soon, at " + end, remedy);
    }
  }

  /** How many backups there are and why none fits. */
  private String census(List<VeleroBackup> all, List<VeleroBackup> asked) {
    if (all.isEmpty()) return "there is none at all in namespace " + around.velero();
    if (asked.isEmpty()) return "none of " + all.size() + " backups fits";
    return "of "
        + asked.size()
        + " that fit, these are the last: "
        + String.join(
            ", ",
            asked.stream()
                .sorted(Comparator.comparing(SelectBackup::start).reversed())
                .limit(3)
                .map(backup -> backup.name() + " (" + backup.phase() + ")")
                .toList());
  }

  /** In a new cluster the backups appear only after the first sync of their storage location. */
  private String notSynced() {
    var waiting =
        cluster.list(Kinds.BACKUP_STORAGE_LOCATION, around.velero()).stream()
            .map(StorageLocation::new)
            .filter(location -> location.syncedAt().isEmpty())
            .map(location -> location.seen().name())
            .toList();
    return waiting.isEmpty()
        ? ""
        : "; storage location " + String.join(", ", waiting) + " is not synced yet";
  }

  private static Instant start(VeleroBackup backup) {
    return backup.startedAt().orElse(Instant.EPOCH);
  }

  private static boolean before(VeleroBackup backup, Instant moment) {
    return start(backup).isBefore(moment);
  }
}
