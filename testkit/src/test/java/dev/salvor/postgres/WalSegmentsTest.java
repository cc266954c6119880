package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far a copy that follows has come, by its logs. */
class WalSegmentsTest {
  private static final String RESTORED =
      "{\"level\":\"info\",\"logger\":\"postgres\",\"msg\":\"record\",\"record\":{\"message\":\"restored log file \\\"%s\\\" from archive\"}}\n";
  private static final String MISSING =
      "{\"level\":\"info\",\"msg\":\"WAL file not found in the recovery object store\",\"walName\":\"%s\"}\n";

  @Test
  void theLastOneThatWasRestored() {
    var log =
        RESTORED.formatted("000000020000000000000005")
            + RESTORED.formatted("000000020000000000000006")
            + MISSING.formatted("000000020000000000000007")
            + MISSING.formatted("00000003.history");
    assertThat(WalSegments.fetched(log)).isEqualTo("000000020000000000000006");
  }

  /** An idle night has pushed the last segment out of the log. */
  @Test
  void whoAsksForTheNextOneHasTheOneBefore() {
    assertThat(WalSegments.fetched(MISSING.formatted("000000020000000100000000").repeat(3)))
        .isEqualTo("0000000200000000000000FF");
  }

  @Test
  void aLogThatSaysNothing() {
    assertThat(WalSegments.fetched("")).isEmpty();
    assertThat(WalSegments.fetched(MISSING.formatted("00000003.history"))).isEmpty();
  }

  /** After a restart it begins again further back. */
  @Test
  void whatItHadItHas() {
    var log =
        RESTORED.formatted("000000020000000000000006")
            + RESTORED.formatted("000000020000000000000004");
    assertThat(WalSegments.fetched(log)).isEqualTo("000000020000000000000006");
  }

  @ParameterizedTest
  @CsvSource({
    "000000020000000000000006, 000000020000000000000006, true",
    "000000020000000000000007, 000000020000000000000006, true",
    "000000020000000000000005, 000000020000000000000006, false",
    "000000030000000000000006, 000000020000000000000006, true",
    "000000010000000000000006, 000000020000000000000006, false",
    "'', 000000020000000000000006, false",
  })
  void reaches(String segment, String goal, boolean there) {
    assertThat(WalSegments.reaches(segment, goal)).isEqualTo(there);
  }

  @Test
  void theNextOne() {
    assertThat(WalSegments.next("0000000200000000000000FF")).isEqualTo("000000020000000100000000");
  }
}
