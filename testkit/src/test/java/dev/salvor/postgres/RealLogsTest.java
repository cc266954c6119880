package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Logs of recoveries by CloudNativePG 1.30.0 and plugin 0.14.0 on a real cluster: containers
 * plugin-barman-cloud and full-recovery, one after the other, without stack traces.
 */
class RealLogsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "late | TargetNotReached | FATAL: recovery ended before configured recovery target was reached",
        "justearly | TargetBeforeBackup | FATAL: requested recovery stop point is before consistent recovery point",
        "early | BaseBackupMissing | no target backup found",
        "tli | BaseBackupMissing | no target backup found",
        "nosource | BaseBackupMissing | no target backup found",
        "noid | BaseBackupMissing | no backup found with ID 20200101T000000",
        "polluted | LineageNotEmpty | ERROR: WAL archive check failed for server db: Expected empty archive",
      })
  void namesWhatEndedTheRecovery(String name, String reason, String said) {
    var log = log(name);
    assertThat(log.store()).isNull();
    assertThat(log.hopeless().map(end -> end.signature().reason())).hasValue(reason);
    assertThat(log.hopeless().orElseThrow().said()).contains(said);
  }

  @Test
  void wrongKeysAreTroubleWithTheStore() {
    var log = log("badkeys");
    assertThat(log.hopeless()).isEmpty();
    assertThat(log.store())
        .contains("An error occurred (403) when calling the HeadBucket operation: Forbidden");
  }

  @Test
  void aLateTargetLeavesTheExactBound() {
    assertThat(log("late").lastTransaction()).isEqualTo("2026-11-21 17:56:58.848661+00");
    assertThat(log("late").lastReplayed()).isPresent();
    assertThat(log("late").segment()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"good-plugin", "good-in-tree"})
  void aRecoveryThatSucceedsIsNoTrouble(String name) {
    var log = log(name);
    assertThat(log.end()).isNull();
    assertThat(log.store()).isNull();
    assertThat(log.segment()).isNotEmpty();
    assertThat(log.milestone()).isNotEmpty();
  }

  private static RecoveryLog log(String name) {
    try (var file = RealLogsTest.class.getResourceAsStream("logs/" + name + ".log")) {
      if (file == null) throw new IllegalStateException(name);
      return RecoveryLog.of(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
