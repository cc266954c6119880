package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.salvor.api.Facts;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a real PostgreSQL archived, on a real S3 server, through the settings of a Cluster: the
 * moments around the last commit, where a second decides.
 */
class RealArchiveTest {
  private static final String VERSION = "17.11.0";

  private static final List<Commit> COMMITS = new ArrayList<>();
  private static Recording recording;
  private static LocalBucket bucket;
  private static Depot depot;
  private static Instant last;

  @BeforeAll
  static void upload() throws IOException {
    PostgresServer.missing(VERSION).ifPresent(why -> abort(why));
    recording = Recording.of(VERSION);
    CommitScan.scan(
        recording.segments(), recording.segmentSize, CommitScan.TO_THE_END, COMMITS::add);
    last = COMMITS.getLast().at();
    bucket = new LocalBucket();
    try (var files = Files.list(recording.archive)) {
      for (var file : files.toList()) {
        var name = file.getFileName().toString();
        var folder = name.length() < 24 ? "" : name.substring(0, 16) + "/";
        bucket.put("shop/db/wals/" + folder + name, Files.readAllBytes(file));
      }
    }
    var begin = recording.segments().getFirst().startLsn();
    var before = COMMITS.getFirst().at().minusSeconds(10);
    var info =
        new InfoText()
            .with("systemid", Long.toUnsignedString(recording.systemId))
            .wal(1, new Lsn(begin + 40), new Lsn(begin + 400), recording.segmentSize)
            .time(before.minusSeconds(5), before);
    bucket.put(
        "shop/db/base/" + Depot.FIRST + "/backup.info",
        info.text().getBytes(StandardCharsets.UTF_8));
    bucket.put("shop/db/base/" + Depot.FIRST + "/data.tar", new byte[] {1});
    depot = new Depot(new Ledger());
    depot.change(
        Depot.STORE,
        "{spec: {configuration: {endpointURL: \"%s\", destinationPath: \"s3://%s/shop\"}}}"
            .formatted(bucket.endpoint(), LocalBucket.NAME));
  }

  @AfterAll
  static void close() {
    if (bucket != null) bucket.close();
  }

  private static Facts facts() {
    var facts = depot.facts();
    var known = facts.postgres();
    var database = known.knownDatabase();
    return facts.withPostgres(
        known.withDatabase(
            new dev.salvor.api.DatabaseFacts(
                database.name(),
                database.uid(),
                database.manifest(),
                true,
                true,
                1,
                "db-1",
                1,
                database.claims(),
                List.of(),
                Long.toUnsignedString(recording.systemId),
                2,
                17,
                database.archive())));
  }

  private static Facts look(RecoveryTarget target) {
    var look =
        new SelectRecoveryPoint(
            depot.cluster, Depot.RUN, S3ObjectStore.archives(), target, null, false);
    var hourLater = last.plus(Duration.ofHours(1));
    return ((Sight.Seen<Facts>) look.look(facts(), new Moment(hourLater, hourLater))).facts();
  }

  private static RecoveryTarget time(Instant time) {
    return new RecoveryTarget(null, time, null, null, null, null, null, null, null);
  }

  @Test
  void theNewestMomentIsTheLastCommit() {
    var point = look(RecoveryTarget.newest()).postgres().knownPoint();
    assertThat(point.timeline()).isEqualTo(2);
    assertThat(point.until()).isEqualTo(last);
    assertThat(point.followed()).isFalse();
  }

  @Test
  void aMicrosecondBeforeTheLastCommit() {
    var facts = look(time(last.minus(1, ChronoUnit.MICROS)));
    assertThat(facts.findings()).isEmpty();
    assertThat(facts.postgres().knownPoint().proven()).isTrue();
  }

  @Test
  void exactlyTheLastCommit() {
    var refusal = Depot.refusal(look(time(last)));
    assertThat(refusal.reason()).isEqualTo("TargetAfterLastCommit");
    assertThat(refusal.message()).contains("last commit itself", last.toString());
  }

  @Test
  void thirteenSecondsIntoAnIdleDatabase() {
    var refusal = Depot.refusal(look(time(last.plusSeconds(13))));
    assertThat(refusal.reason()).isEqualTo("TargetAfterLastCommit");
    assertThat(refusal.message())
        .contains(last.toString(), "the nearest before is " + last.minusMillis(1));
  }

  /** On the timeline that ended: the newer one goes through it. */
  @Test
  void inTheMiddle() {
    var middle = COMMITS.get(COMMITS.size() / 2).at();
    var point = look(time(middle)).postgres().knownPoint();
    assertThat(point.timeline()).isEqualTo(2);
    assertThat(point.proven()).isTrue();
  }

  /** WAL of another system below the same prefix is seen although no base backup tells. */
  @Test
  void walOfAnotherSystem() {
    var info = "shop/db/base/" + Depot.FIRST + "/backup.info";
    try (var store =
        new S3ObjectStore(bucket.address(LocalBucket.NAME, ""), S3ObjectStore.Limits.usual())) {
      var text = new String(store.read(info, 0, 1 << 20), StandardCharsets.UTF_8);
      var foreign =
          text.replace("systemid=" + Long.toUnsignedString(recording.systemId), "systemid=42");
      assertThat(foreign).isNotEqualTo(text);
      bucket.put(info, foreign.getBytes(StandardCharsets.UTF_8));
      try {
        var refusal = Depot.refusal(look(time(last.minusSeconds(1))));
        assertThat(refusal.reason()).isEqualTo("TwoSystems");
        assertThat(refusal.message())
            .contains(Long.toUnsignedString(recording.systemId), "are of system 42");
      } finally {
        bucket.put(info, text.getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
