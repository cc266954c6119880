package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The signatures of postgres.md 1.8, as PostgreSQL, barman and CloudNativePG print them. */
class RecoveryLogTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "recovery ended before configured recovery target was reached | TargetNotReached",
        "requested recovery stop point is before consistent recovery point | TargetBeforeBackup",
        "requested timeline 3 is not a child of this server's history | WrongTimeline",
        "requested timeline 3 does not contain minimum recovery point 0/5000028 on timeline 1 | WrongTimeline",
        "WAL ends before end of online backup | WalMissing",
        "WAL ends before consistent recovery point | WalMissing",
        "could not locate required checkpoint record at 0/3000028 | WalMissing",
        "could not locate a valid checkpoint record at 0/3000028 | WalMissing",
        "invalid checkpoint record | WalMissing",
        "max_connections = 50 is a lower setting than on the primary server, where its value was 100. | SettingTooLow",
      })
  void postgresRecordsEndARecovery(String message, String reason) {
    var log = RecoveryLog.of(record("FATAL", message));
    assertThat(log.hopeless().map(end -> end.signature().reason())).hasValue(reason);
    assertThat(log.hopeless().map(RecoveryLog.End::said)).hasValue("FATAL: " + message);
    // before the collector runs it comes as plain text
    var plain = RecoveryLog.of("2026-03-01 10:00:00.000 UTC [31] FATAL:  " + message);
    assertThat(plain.hopeless().map(end -> end.signature().reason())).hasValue(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "barman-cloud-check-wal-archive | ERROR: WAL archive check failed for server db-v2: Expected empty archive | LineageNotEmpty",
        "barman-cloud-restore | ERROR: Barman cloud restore exception: [Errno 28] No space left on device | CopyDiskFull",
      })
  void barmansWordsEndARecovery(String logger, String message, String reason) {
    var log = RecoveryLog.of(line("info", logger, message, ""));
    assertThat(log.hopeless().map(end -> end.signature().reason())).hasValue(reason);
    assertThat(log.hopeless().map(RecoveryLog.End::said)).hasValue(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no target backup found | BaseBackupMissing",
        "no backup found with ID 20260301T020005 | BaseBackupMissing",
        "missing external cluster: origin | CopyRefused",
      })
  void theOperatorsWordsEndARecovery(String error, String reason) {
    var log = RecoveryLog.of(line("error", "", "Error while restoring a backup", error));
    assertThat(log.hopeless().map(end -> end.signature().reason())).hasValue(reason);
    assertThat(log.hopeless().map(RecoveryLog.End::said))
        .hasValue("Error while restoring a backup – " + error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "encountered an error while checking the presence of first needed WAL in the archive: exit status 4",
        "can't get credentials for cluster db-r1: secret not found",
        "An error occurred (403) when calling the ListObjectsV2 operation: Forbidden",
        "An error occurred (NoSuchBucket) when calling the HeadBucket operation",
        "An error occurred (SignatureDoesNotMatch) when calling the ListObjectsV2 operation",
        "tls: failed to verify certificate: x509: certificate signed by unknown authority",
      })
  void troubleWithTheStoreMayPass(String message) {
    var log = RecoveryLog.of(line("error", "barman-cloud-restore", message, ""));
    assertThat(log.hopeless()).isEmpty();
    assertThat(log.store()).contains(message);
  }

  @Test
  void missingWalIsNotFinalWhileTheStoreRefuses() {
    var refused =
        line("info", "barman-cloud-wal-restore", "ERROR: An error occurred (403)", "") + "\n";
    var log = RecoveryLog.of(refused + record("FATAL", "WAL ends before end of online backup"));
    assertThat(log.end()).isNotNull();
    assertThat(log.hopeless()).isEmpty();
    // what has nothing to do with WAL stays final
    assertThat(
            RecoveryLog.of(
                    refused
                        + record(
                            "FATAL",
                            "requested timeline 3 is not a child of this server's history"))
                .hopeless())
        .isPresent();
  }

  @Test
  void saysHowFarItIsAndWhenTheLastTransactionWas() {
    var log =
        RecoveryLog.of(
            String.join(
                "\n",
                line("info", "", "Target backup found", ""),
                line("info", "", "Restore completed", ""),
                record("LOG", "starting point-in-time recovery to 2026-03-01 09:59:59+00"),
                record("LOG", "restored log file \"000000010000000000000005\" from archive"),
                record("LOG", "restored log file \"000000010000000000000006\" from archive"),
                record("LOG", "consistent recovery state reached at 0/6000100"),
                record(
                    "LOG",
                    "last completed transaction was at log time 2026-03-01 09:59:58.123456+00")));
    assertThat(log.segment()).isEqualTo("000000010000000000000006");
    assertThat(log.milestone()).isEqualTo("LOG: consistent recovery state reached at 0/6000100");
    assertThat(log.lastTransaction()).isEqualTo("2026-03-01 09:59:58.123456+00");
    assertThat(log.lastReplayed()).hasValue(Instant.parse("2026-03-01T09:59:58.123456Z"));
    assertThat(log.hopeless()).isEmpty();
    assertThat(log.lastError()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01 09:59:58+00, 2026-03-01T09:59:58Z",
    "2026-03-01 09:59:58.5+05:30, 2026-03-01T04:29:58.500Z",
    "2026-03-01 09:59:58.123456 UTC, 2026-03-01T09:59:58.123456Z",
  })
  void readsPostgresTimes(String written, String instant) {
    var log =
        RecoveryLog.of(record("LOG", "last completed transaction was at log time " + written));
    assertThat(log.lastReplayed()).hasValue(Instant.parse(instant));
  }

  @Test
  void keepsSecretsToItself() {
    var log =
        RecoveryLog.of(
            line(
                "error",
                "barman-cloud-restore",
                "ERROR: No space left on device, AWS_SECRET_ACCESS_KEY=abcdefgh12345678 at https://me:hunter2@s3.example.org",
                ""));
    assertThat(log.hopeless().map(RecoveryLog.End::said).orElseThrow())
        .doesNotContain("abcdefgh12345678")
        .doesNotContain("hunter2");
  }

  @Test
  void linesThatAreCutOffAndStrangeAreNoTrouble() {
    var log = RecoveryLog.of("{\"level\":\"info\",\"msg\":\"Target ba\n\nnull\n[]\n{}");
    assertThat(log.hopeless()).isEmpty();
    assertThat(log.milestone()).isEmpty();
  }

  private static String record(String severity, String message) {
    return "{\"level\":\"info\",\"ts\":\"2026-03-01T10:00:00.000000000Z\",\"logger\":\"postgres\",\"msg\":\"record\",\"logging_pod\":\"db-r1-1-full-recovery\",\"record\":{\"log_time\":\"2026-03-01 10:00:00.000 UTC\",\"process_id\":\"31\",\"session_id\":\"1\",\"error_severity\":\""
        + severity
        + "\",\"sql_state_code\":\"F0000\",\"message\":\""
        + message.replace("\"", "\\\"")
        + "\",\"backend_type\":\"startup\",\"query_id\":\"0\"}}";
  }

  private static String line(String level, String logger, String message, String error) {
    return "{\"level\":\""
        + level
        + "\",\"ts\":\"2026-03-01T10:00:00Z\""
        + (logger.isEmpty() ? "" : ",\"logger\":\"" + logger + "\"")
        + ",\"msg\":\""
        + message
        + "\""
        + (error.isEmpty() ? "" : ",\"error\":\"" + error + "\"")
        + ",\"logging_pod\":\"db-r1-1-full-recovery\"}";
  }
}
