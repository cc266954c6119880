package dev.salvor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What passes with the clock makes no difference; everything else does. */
class StandingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-01-01T00:00:00Z | 2026-11-22T17:03:04.123456Z",
        "since 2026-01-01T00:00:00Z, at last | since 2026-01-01T00:00:07.5Z, at last",
        "15.0s | 10.1s",
        "57.6s | 1m2s",
        "less than 1m since 2026-01-01T00:00:00Z | 1m since 2026-01-01T00:00:00Z",
        "base backup completed (20260101T000236) | base backup completed (20260101T000231)",
        "backup-20260101000236 | backup-20260101000231",
      })
  void theClock(String now, String later) {
    assertThat(of(now)).isEqualTo(of(later));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 of 3 ready | 3 of 3 ready",
        "main@sha1:1 | main@sha1:3",
        "db-1 | db-2",
        "2026-01-01T00:00:00Zulu | 2026-01-01T00:00:01Zebra",
        "salvor-50b706b2-1 | salvor-50b706b3-1",
        "1.1 MiB | 2.1 MiB",
        "1234567890 | 1234567891",
      })
  void everythingElse(String here, String there) {
    assertThat(of(here)).isNotEqualTo(of(there));
  }

  @Test
  void aUidIsThatOfANameAndOfHowOftenItLived() {
    var alone = new FakeCluster().put(volume("a"));
    var beside = new FakeCluster().put(volume("z")).put(volume("a"));
    assertThat(uid(beside)).isEqualTo(uid(alone));
    alone.delete(ref());
    alone.put(volume("a"));
    assertThat(uid(alone)).isNotEqualTo(uid(beside));
  }

  private static long of(String text) {
    return Standing.of(Manifests.one("{a: b}").put("message", text));
  }

  private static String volume(String name) {
    return "{apiVersion: v1, kind: PersistentVolume, metadata: {name: %s}}".formatted(name);
  }

  private static Ref ref() {
    return Kinds.PV.ref("a");
  }

  private static String uid(FakeCluster cluster) {
    return cluster.world().get(ref()).orElseThrow().at("/metadata/uid").asText();
  }
}
