package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.archive.BackupInfo.Tablespace;
import dev.salvor.archive.BackupInfo.Unusable;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackupInfoTest {
  private static BackupInfo parse(InfoText text) throws Unusable {
    return BackupInfo.parse("20260301T020000", text.text());
  }

  private static void refused(InfoText text, String why) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(Unusable.class).hasMessageContaining(why);
  }

  @Test
  void readsWhatMatters() throws Unusable {
    var info = parse(new InfoText());
    assertThat(info.timeline()).isEqualTo(1);
    assertThat(info.beginWal().name()).isEqualTo("000000010000000000000002");
    assertThat(info.end()).isEqualTo(Lsn.of("0/2000100").orElseThrow());
    assertThat(info.endTime()).isEqualTo(Instant.parse("2026-03-01T02:00:05.123456Z"));
    assertThat(info.systemId()).isEqualTo("7345678901234567890");
    assertThat(info.major()).isEqualTo(17);
    assertThat(info.bytes()).isEqualTo(33554432);
    assertThat(info.tablespaces()).isEmpty();
  }

  @Test
  void readsTimesAsPythonWritesThem() throws Unusable {
    var zone = parse(new InfoText().with("end_time", "2026-03-01 04:00:06+02:00"));
    assertThat(zone.endTime()).isEqualTo(Instant.parse("2026-03-01T02:00:06Z"));
    var naive = parse(new InfoText().with("end_time", "2026-03-01 02:00:06.5"));
    assertThat(naive.endTime()).isEqualTo(Instant.parse("2026-03-01T02:00:06.500Z"));
    var iso = parse(new InfoText().with("end_time", "2026-03-01T02:00:06+0000"));
    assertThat(iso.endTime()).isEqualTo(Instant.parse("2026-03-01T02:00:06Z"));
  }

  @Test
  void readsTablespacesWithoutEvaluatingThem() throws Unusable {
    var list = "[('fast', 16387, '/var/lib/fast'), (\"it's\", 16388, '/a\\\\b, (c)')]";
    assertThat(parse(new InfoText().with("tablespaces", list)).tablespaces())
        .containsExactly(
            new Tablespace("fast", 16387, "/var/lib/fast"),
            new Tablespace("it's", 16388, "/a\\b, (c)"));
    var named = "[Tablespace(name='fast', oid=16387, location='/x')]";
    assertThat(parse(new InfoText().with("tablespaces", named)).tablespaces()).hasSize(1);
    // one that cannot be read may not be overlooked
    for (var hostile :
        new String[] {
          "[('a', 1, '/x'), __import__('os')]",
          "[('a', 1)]",
          "('a', 1, '/x') or 1",
          "[1, 2]",
          "[('a', 1, '/x'"
        }) refused(new InfoText().with("tablespaces", hostile), "tablespaces");
  }

  @Test
  void takesOnlyWhatIsDoneAndWholeAndInTheObjectStore() {
    refused(new InfoText().with("status", "STARTED"), "STARTED");
    refused(new InfoText().with("status", "FAILED").with("error", "'no space'"), "no space");
    refused(new InfoText().without("status"), "missing");
    refused(new InfoText().with("snapshots_info", "{'a': 1}"), "snapshot");
    refused(new InfoText().with("parent_backup_id", "20260228T020000"), "incremental");
    for (var key :
        new String[] {"begin_wal", "end_wal", "begin_xlog", "end_xlog", "begin_time", "end_time"}) {
      refused(new InfoText().without(key), key);
      refused(new InfoText().with(key, "None"), key);
      refused(new InfoText().with(key, "x\u0000\u202e"), key);
    }
  }

  @Test
  void refusesWhatContradictsItself() {
    refused(new InfoText().with("timeline", "2"), "contradict");
    refused(new InfoText().with("end_wal", "000000010000000000000001"), "contradict");
    refused(new InfoText().with("begin_xlog", "0/3000028"), "contradict");
    refused(new InfoText().with("end_xlog", "0/2000028"), "contradict");
    refused(new InfoText().with("end_xlog", "0/3000100"), "contradict");
    refused(new InfoText().with("xlog_segment_size", "1000"), "xlog_segment_size");
    refused(new InfoText().with("xlog_segment_size", "67108864"), "contradict");
    refused(new InfoText().with("end_time", "2026-03-01 01:00:00+00:00"), "ends before");
    refused(new InfoText().with("systemid", "-1"), "systemid");
    refused(new InfoText().with("version", "99999999999999999999"), "version");
  }

  @Test
  void aPositionAtTheEndOfItsSegmentIsFine() throws Unusable {
    assertThat(parse(new InfoText().with("end_xlog", "0/3000000")).endWal().name())
        .isEqualTo("000000010000000000000002");
  }

  @Test
  void anyBytesGiveABackupOrAReasonInOneShortLine() {
    var dice = new Random(7);
    var sound = new InfoText().text();
    for (var round = 0; round < 20_000; round++) {
      var text = new StringBuilder(sound);
      for (var hits = 1 + dice.nextInt(6); hits > 0; hits--) {
        var at = dice.nextInt(text.length());
        switch (dice.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) dice.nextInt(300));
          case 1 -> text.delete(at, Math.min(text.length(), at + dice.nextInt(40)));
          default -> text.insert(at, sound, 0, dice.nextInt(60));
        }
        if (text.isEmpty()) break;
      }
      try {
        var info = BackupInfo.parse("x", text.toString());
        assertThat(info.endWal().number()).isGreaterThanOrEqualTo(info.beginWal().number());
      } catch (Unusable refused) {
        assertThat(refused.why()).isNotBlank().hasSizeLessThan(300).doesNotContain("\n");
      }
    }
  }
}
