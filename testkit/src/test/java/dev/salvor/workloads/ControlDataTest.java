package dev.salvor.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the WAL of a server that was shut down ends, by what pg_controldata prints. */
class ControlDataTest {
  /** Of a server of PostgreSQL 15, complete up to the lines that nobody reads. */
  private static final String PRINTED =
      """
      pg_control version number:            1300
      Catalog version number:               202209061
      Database system identifier:           7449121230958850071
      Database cluster state:               shut down
      pg_control last modified:             Sun Nov 22 01:12:44 2026
      Latest checkpoint location:           0/7000028
      Latest checkpoint's REDO location:    0/7000028
      Latest checkpoint's REDO WAL file:    000000020000000000000007
      Latest checkpoint's TimeLineID:       2
      Latest checkpoint's PrevTimeLineID:   2
      Minimum recovery ending location:     0/0
      Database block size:                  8192
      Bytes per WAL segment:                16777216
      """;

  @Test
  void allWalIsInTheSegmentBeforeTheCheckpoint() {
    var data = ControlData.of(PRINTED).orElseThrow();
    assertThat(data.shutDown()).isTrue();
    assertThat(data.closed()).isTrue();
    assertThat(data.systemId()).isEqualTo("7449121230958850071");
    assertThat(data.checkpointText()).isEqualTo("0/7000028");
    assertThat(data.end()).isEqualTo("0/7000000");
    assertThat(data.lastSegment()).isEqualTo("000000020000000000000006");
  }

  @ParameterizedTest
  @CsvSource({
    "1/28, 16777216, 0000000200000000000000FF, 1/0",
    "16/B4000028, 16777216, 0000000200000016000000B3, 16/B4000000",
    "A/40000028, 1073741824, 000000020000000A00000000, A/40000000",
    "A/28, 1073741824, 000000020000000900000003, A/0",
  })
  void anySizeOfSegments(String checkpoint, String bytes, String segment, String end) {
    var data =
        ControlData.of(
                PRINTED
                    .replaceFirst(
                        "location:           0/7000028", "location:           " + checkpoint)
                    .replace("16777216", bytes))
            .orElseThrow();
    assertThat(data.closed()).isTrue();
    assertThat(data.lastSegment()).isEqualTo(segment);
    assertThat(data.end()).isEqualTo(end);
  }

  /** What it wrote into that segment is nowhere but on its volume. */
  @Test
  void aCheckpointInTheMiddleOfASegmentIsNoEnd() {
    var data = ControlData.of(PRINTED.replaceFirst("0/7000028", "0/70000A0")).orElseThrow();
    assertThat(data.closed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"in production", "shut down in recovery", "shutting down", "in crash recovery"})
  void onlyAPrimaryThatWasShutDownHasAnEnd(String state) {
    var data = ControlData.of(PRINTED.replace("shut down", state)).orElseThrow();
    assertThat(data.shutDown()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "system identifier",
    "cluster state",
    "checkpoint location",
    "TimeLineID",
    "Bytes per"
  })
  void whatLacksALineSaysNothing(String line) {
    var cut = PRINTED.replaceAll("(?m)^.*" + line + ".*\n", "");
    assertThat(ControlData.of(cut)).isEmpty();
    assertThat(ControlData.of("pg_controldata: error: could not open file")).isEmpty();
  }
}
