package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Record by record against PostgreSQL's own readers of WAL: time, place, transaction, and how it
 * ended.
 */
class WalReadersTest {
  @ParameterizedTest
  @MethodSource("withPgWalinspect")
  void asPgWalinspectReadsIt(String version) {
    var recording = recording(version);
    assertThat(recording.inspected).hasSizeGreaterThan(2000);
    assertThat(commits(recording).stream().filter(commit -> commit.lsn() < recording.inspectedTo))
        .containsExactlyElementsOf(recording.inspected);
  }

  static List<String> withPgWalinspect() {
    return Recording.VERSIONS.stream().filter(version -> !version.startsWith("14")).toList();
  }

  @Test
  void asPgWaldumpReadsIt() throws Exception {
    var dump = WalDump.find();
    assumeTrue(dump.isPresent(), "no pg_waldump: testkit/postgres/fetch.sh finds or gets one");
    var major = Integer.toString(dump.orElseThrow().major());
    var recording =
        recording(
            Recording.VERSIONS.stream()
                .filter(version -> version.startsWith(major))
                .findFirst()
                .orElseThrow());
    var byTimeline = new TreeMap<String, List<Path>>();
    for (var file : recording.files())
      byTimeline
          .computeIfAbsent(file.getFileName().toString().substring(0, 8), any -> new ArrayList<>())
          .add(file);
    var read = new ArrayList<Commit>();
    for (var files : byTimeline.values())
      read.addAll(dump.orElseThrow().read(files.getFirst(), files.getLast()));
    assertThat(read).hasSizeGreaterThan(2000);
    assertThat(commits(recording)).containsExactlyElementsOf(read);
  }

  private static Recording recording(String version) {
    PostgresServer.missing(version).ifPresent(why -> abort(why));
    return Recording.of(version);
  }

  private static List<Commit> commits(Recording recording) {
    var commits = new ArrayList<Commit>();
    CommitScan.scan(
        recording.segments(), recording.segmentSize, CommitScan.TO_THE_END, commits::add);
    return commits;
  }
}
