package dev.salvor.postgres;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the log of a recovery says: how far it is, and what ended it. The API of CloudNativePG never
 * tells (postgres.md 1.8). Pure; lines as JSON and plain, of all containers of one pod.
 *
 * @param end the first signature of a lost recovery; null if there is none
 * @param store the last complaint about the object store; null if there is none
 * @param segment the last WAL segment that was restored; empty if none
 * @param milestone the last stage that was reached; empty if none
 * @param lastTransaction time of the last replayed transaction as PostgreSQL wrote it; empty if it
 *     did not
 * @param lastError the last line of severity ERROR or worse; empty if none
 */
record RecoveryLog(
    @Nullable End end,
    @Nullable String store,
    String segment,
    String milestone,
    String lastTransaction,
    String lastError) {

  /** How a recovery was lost. */
  record End(Signature signature, String said) {}

  private static final Pattern SEGMENT =
      Pattern.compile("restored log file \\\\?\"([0-9A-Fa-f]{24})\\\\?\" from archive");
  private static final Pattern TRANSACTION =
      Pattern.compile(
          "last completed transaction was at log time ([0-9]{4}-[0-9-]+ [0-9:.]+(?:[+-][0-9:]+| ?[A-Z]{1,5})?)");
  private static final Pattern STORE =
      Pattern.compile(
          "encountered an error while checking the presence of first needed WAL in the archive"
              + "|can't get credentials for cluster|NoSuchBucket|SignatureDoesNotMatch|AccessDenied"
              + "|InvalidAccessKeyId|AuthorizationHeaderMalformed|x509: |\\(403\\)|403 Forbidden"
              + "|status code:? 403|Could not connect to the endpoint");

  /** Later ones lie further on. */
  private static final List<String> MILESTONES =
      List.of(
          "Target backup found",
          "Starting barman-cloud-restore",
          "Restore completed",
          "starting point-in-time recovery",
          "starting archive recovery",
          "consistent recovery state reached at",
          "recovery stopping before",
          "recovery stopping after",
          "selected new timeline ID",
          "archive recovery complete");

  private static final DateTimeFormatter LOG_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendPattern("[XXX][X]")
          .toFormatter();

  /** Reads the logs of all containers of one pod, put together. */
  static RecoveryLog of(String log) {
    End end = null;
    String store = null;
    var segment = "";
    var milestone = "";
    var transaction = "";
    var error = "";
    for (var raw : log.lines().toList()) {
      var line = LogLine.of(raw);
      var found = SEGMENT.matcher(line.text());
      if (found.find()) segment = found.group(1);
      var time = TRANSACTION.matcher(line.text());
      if (time.find()) transaction = time.group(1);
      for (var stage : MILESTONES) if (line.text().contains(stage)) milestone = line.said();
      if (STORE.matcher(line.text()).find()) store = line.said();
      var signature = Signature.in(line.text());
      if (end == null && signature.isPresent()) end = new End(signature.get(), line.said());
      if (line.grave()) error = line.said();
    }
    return new RecoveryLog(end, store, segment, milestone, transaction, error);
  }

  /**
   * What ended the recovery for good. PostgreSQL cannot tell WAL that is not there from WAL that it
   * could not get, so that with a complaint about the store nothing is final.
   */
  Optional<End> hopeless() {
    if (end == null || (store != null && end.signature().fromMissingWal())) return Optional.empty();
    return Optional.of(end);
  }

  /** The time of the last replayed transaction; empty if it was not told with an offset. */
  Optional<Instant> lastReplayed() {
    var text = lastTransaction.replaceFirst(" ?(UTC|GMT|Z)$", "Z");
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(text, LOG_TIME).toInstant());
    } catch (DateTimeParseException otherZone) {
      return Optional.empty();
    }
  }

  /** {@code , last segment 000…, archive recovery complete}: how far it came. */
  String reached() {
    return (segment.isEmpty() ? "" : ", last WAL segment replayed: " + segment)
        + (lastTransaction.isEmpty() ? "" : ", last completed transaction: " + lastTransaction);
  }
}
