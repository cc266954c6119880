package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/** The reader of WAL against the servers that wrote it, of each version that is supported. */
@ParameterizedClass(name = "PostgreSQL {0}")
@FieldSource("dev.salvor.archive.Recording#VERSIONS")
@Order(2)
class WalServersTest {
  private static final Duration MICROSECOND = Duration.of(1, ChronoUnit.MICROS);

  private final Recording recording;
  private final List<Commit> commits = new ArrayList<>();
  private final Map<Long, Integer> places = new HashMap<>();
  private final CommitScan.Result result;

  WalServersTest(String version) {
    PostgresServer.missing(version).ifPresent(why -> abort(why));
    recording = Recording.of(version);
    result =
        CommitScan.scan(
            recording.segments(), recording.segmentSize, CommitScan.TO_THE_END, commits::add);
    for (int i = 0; i < commits.size(); i++) places.put(commits.get(i).lsn(), i);
  }

  @Test
  void allOfTheArchiveIsRead() {
    assertThat(result.end().message()).isEqualTo("all was read");
    assertThat(result.count()).isEqualTo(commits.size());
    assertThat(result.first()).contains(commits.getFirst());
    assertThat(result.last()).contains(commits.getLast());
    assertThat(result.server())
        .contains(new CommitScan.Server(recording.major, recording.systemId));
    assertThat(recording.segments().getLast().timeline()).isEqualTo(2);
  }

  @Test
  void eachTransactionEndedAsItsSessionSaw() {
    var byXid = commits.stream().collect(Collectors.toMap(Commit::xid, commit -> commit));
    assertThat(recording.ended).hasSizeGreaterThan(2000);
    for (var ended : recording.ended) {
      var commit = byXid.get(ended.xid());
      assertThat(commit).as("xid %d", ended.xid()).isNotNull();
      assertThat(commit.commit()).as("xid %d", ended.xid()).isEqualTo(ended.commit());
      assertThat(commit.at()).isBetween(ended.notBefore(), ended.notAfter());
    }
  }

  @Test
  void theTimesAreThoseOfTheServer() {
    int same = 0;
    var far = new ArrayList<Commit>();
    for (var commit : commits) {
      var known = recording.commitTimes.get(commit.xid());
      if (known == null) continue;
      assertThat(commit.commit()).isTrue();
      if (known.equals(Recording.FAR_AWAY)) far.add(commit);
      else {
        assertThat(commit.at()).as("xid %d", commit.xid()).isEqualTo(known);
        same++;
      }
    }
    assertThat(same).isGreaterThan(2000);
    // replicated from far away: the server knows the time of there, recovery goes by the time of
    // here
    assertThat(far)
        .hasSize(2)
        .allSatisfy(
            commit -> assertThat(commit.at()).isAfter(Instant.parse("2021-01-01T00:00:00Z")));
  }

  /** What has a time and no record of its own is a subtransaction: as many as were made. */
  @Test
  void noCommitIsMissed() {
    var without = new TreeSet<>(recording.commitTimes.keySet());
    commits.forEach(commit -> without.remove(commit.xid()));
    assertThat(without).hasSize(Traffic.SUBTRANSACTIONS);
  }

  /** Looked at one by one, no segment loses a commit to its neighbour. */
  @Test
  void segmentBySegmentIsTheSame() {
    var segments = recording.segments();
    var single = new ArrayList<Commit>();
    for (int i = 0; i < segments.size(); i++) {
      long until = i + 1 < segments.size() ? segments.get(i + 1).startLsn() : CommitScan.TO_THE_END;
      CommitScan.scan(
          segments.subList(i, segments.size()), recording.segmentSize, until, single::add);
    }
    assertThat(single).isEqualTo(commits);
  }

  @Test
  void theLastIsFoundBackwards() {
    var segments = recording.segments();
    for (int to = segments.size(); to > 0; to -= 3) {
      var some = segments.subList(0, to);
      var forward = CommitScan.scan(some, recording.segmentSize);
      var backward = CommitScan.last(some, recording.segmentSize, to);
      assertThat(backward.last()).as("up to segment %d", to).isEqualTo(forward.last());
    }
  }

  @Test
  void aRecoveryToATimeStopsWherePostgresWould() {
    var times = commits.stream().map(Commit::at).sorted().toList();
    assertThat(result.latest().orElseThrow().at()).isEqualTo(times.getLast());
    for (int i = 0; i < times.size(); i += 7)
      for (var shift : new Duration[] {Duration.ZERO, MICROSECOND, MICROSECOND.negated()}) {
        target(times.get(i).plus(shift), true);
        target(times.get(i).plus(shift), false);
      }
  }

  private void target(Instant target, boolean inclusive) {
    var found = new TimeTarget(target, inclusive);
    boolean reached = !commits.stream().allMatch(found);
    assertThat(reached)
        .isEqualTo(inclusive ? target.isBefore(latest()) : !target.isAfter(latest()));
    assertThat(found.stop().isPresent()).isEqualTo(reached);
    int stop = reached ? places.get(found.stop().orElseThrow().lsn()) : commits.size();
    assertThat(found.last())
        .isEqualTo(stop > 0 ? Optional.of(commits.get(stop - 1)) : Optional.empty());
    assertThat(commits.subList(0, stop).stream().map(Commit::at))
        .noneMatch(at -> inclusive ? at.isAfter(target) : !at.isBefore(target));
  }

  @Test
  void itReadsNoFurtherThanToTheAnswer() {
    var middle = commits.get(commits.size() / 2);
    var target = new TimeTarget(middle.at(), false);
    var stopped =
        CommitScan.scan(recording.segments(), recording.segmentSize, CommitScan.TO_THE_END, target);
    assertThat(stopped.end()).isEqualTo(new ScanEnd.Enough(target.stop().orElseThrow().lsn()));
    assertThat(stopped.last()).isEqualTo(target.stop());
  }

  private Instant latest() {
    return result.latest().orElseThrow().at();
  }

  /** The server gave the record up and wrote on behind it; what is before and behind is read. */
  @Test
  void aRecordThatACrashCutIsPassedOver() {
    assertThat(commits).anyMatch(commit -> commit.lsn() < recording.cut);
    assertThat(commits).anyMatch(commit -> commit.lsn() > recording.cut);
    long segment = recording.cut / recording.segmentSize * recording.segmentSize;
    assertThat(commits)
        .noneMatch(commit ->
            commit.lsn() >= recording.cut && commit.lsn() < segment + recording.segmentSize);
  }
}
