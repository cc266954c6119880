package dev.salvor.postgres;

import dev.salvor.engine.Outcome;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The words by which PostgreSQL, barman and CloudNativePG say that a recovery is lost, and what a
 * person can do (postgres.md 1.8). Trying the same again ends the same way for all of them.
 */
enum Signature {
  TARGET_NOT_REACHED(
      "recovery ended before configured recovery target was reached",
      new Outcome.Failed(
          "TargetNotReached",
          "the archive ends before the target",
          "Choose an earlier target in a new recovery"),
      true),
  BEFORE_BACKUP(
      "requested recovery stop point is before consistent recovery point",
      new Outcome.Failed(
          "TargetBeforeBackup",
          "the target lies before the end of the base backup",
          "Choose a later target or an older target.backupID in a new recovery; status.recoverable lists what there is"),
      false),
  NOT_A_CHILD(
      "requested timeline [0-9]+ is not a child of this server's history",
      new Outcome.Failed(
          "WrongTimeline",
          "the base backup does not lie on the way to the chosen timeline",
          "Choose target.backupID and target.timeline that belong together in a new recovery; status.recoverable lists them"),
      false),
  NOT_ON_TIMELINE(
      "requested timeline [0-9]+ does not contain minimum recovery point",
      new Outcome.Failed(
          "WrongTimeline",
          "the base backup does not lie on the way to the chosen timeline",
          "Choose target.backupID and target.timeline that belong together in a new recovery; status.recoverable lists them"),
      false),
  WAL_ENDS(
      "WAL ends before (end of online backup|consistent recovery point)",
      new Outcome.Failed(
          "WalMissing",
          "WAL that the base backup needs is missing",
          "Choose another target.backupID in a new recovery; status.recoverable lists what there is"),
      true),
  NO_CHECKPOINT(
      "could not locate (a valid|required) checkpoint record|invalid( primary| secondary)? checkpoint record",
      new Outcome.Failed(
          "WalMissing",
          "WAL that the base backup begins with is missing",
          "Choose another target.backupID in a new recovery; status.recoverable lists what there is"),
      true),
  NOT_EMPTY(
      "Expected empty archive",
      new Outcome.Failed(
          "LineageNotEmpty",
          "there is WAL below the new lineage already",
          "Leave spec.lineage out, or name one that was never used, in a new recovery"),
      false),
  NO_BACKUP(
      "no target backup found|no backup found with ID",
      new Outcome.Failed(
          "BaseBackupMissing",
          "the base backup is not in the archive any more",
          "Choose another target.backupID in a new recovery; status.recoverable lists what there is"),
      false),
  NO_SOURCE(
      "missing external cluster",
      new Outcome.Failed(
          "CopyRefused",
          "CloudNativePG does not find what to recover from",
          "Look at spec.externalClusters of the Cluster beside; something removes it when it is created"),
      false),
  DISK_FULL(
      "No space left on device",
      new Outcome.Failed(
          "CopyDiskFull",
          "a volume of the copy is full",
          "Enlarge spec.storage.size (and walStorage) of the Cluster, then try again"),
      false),
  SETTING_TOO_LOW(
      "is a lower setting than on the primary",
      new Outcome.Failed(
          "SettingTooLow",
          "a setting is lower than it was when the WAL was written",
          "Raise it in spec.postgresql.parameters of the Cluster, then try again"),
      false);

  private final Pattern words;
  private final Outcome.Failed failed;
  private final boolean fromMissingWal;

  Signature(String words, Outcome.Failed failed, boolean fromMissingWal) {
    this.words = Pattern.compile(words);
    this.failed = failed;
    this.fromMissingWal = fromMissingWal;
  }

  static Optional<Signature> in(String line) {
    return Arrays.stream(values()).filter(one -> one.words.matcher(line).find()).findFirst();
  }

  String reason() {
    return failed.reason();
  }

  String meaning() {
    return failed.message();
  }

  String remedy() {
    return failed.remedy();
  }

  /** True if WAL that could not be fetched looks the same to PostgreSQL. */
  boolean fromMissingWal() {
    return fromMissingWal;
  }
}
