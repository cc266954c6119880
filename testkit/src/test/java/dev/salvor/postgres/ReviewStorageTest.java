package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.CopyFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.kube.Kinds;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Disk, tablespaces and versions: what a base backup needs of the Cluster it is recovered for. */
class ReviewStorageTest {
  private static final String SPACE = "{name: %s, storage: {size: 1Gi}}";

  private final CopyBench bench = CopyBench.plugin(1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fast      | fast      | ",
        "fast      |           | the base backup has no tablespace, spec.tablespaces of the Cluster tablespaces fast",
        "          | fast      | the base backup has tablespaces fast, spec.tablespaces of the Cluster no tablespace",
        "fast      | slow      | the base backup has tablespaces slow, spec.tablespaces of the Cluster tablespaces fast",
        "slow fast | fast slow | ",
        "          |           | ",
      })
  void tablespacesAreThoseOfTheBackup(
      @Nullable String spec, @Nullable String backup, @Nullable String why) {
    if (spec != null) tablespaces(spec);
    var found = review(point(17, 1, backup == null ? List.of() : List.of(backup.split(" "))));
    if (why == null) assertThat(found).isEmpty();
    else {
      assertThat(found).extracting(Finding::reason).containsExactly("TablespacesChanged");
      assertThat(found.getFirst().message()).isEqualTo(why);
    }
  }

  @Test
  void aRecordOfAnOlderVersionIsNotJudged() {
    tablespaces("fast");
    assertThat(review(point(17, 1, null))).isEmpty();
  }

  /** 1 GiB of data, and 1 GiB more of each tablespace. */
  @Test
  void theDiskIsLargeEnough() {
    assertThat(review(point(17, 1L << 30, List.of()))).isEmpty();
    var small = review(point(17, (1L << 30) + 1, List.of()));
    assertThat(small).extracting(Finding::reason).containsExactly("StorageTooSmall");
    assertThat(small.getFirst().message()).contains("1073741825 bytes", "only 1073741824");
    tablespaces("fast");
    assertThat(review(point(17, 2L << 30, List.of("fast")))).isEmpty();
    assertThat(review(point(17, (2L << 30) + 1, List.of("fast"))))
        .extracting(Finding::reason)
        .containsExactly("StorageTooSmall");
  }

  @Test
  void theMajorVersionIsThatOfTheBackup() {
    var other = review(point(16, 1, List.of()));
    assertThat(other).extracting(Finding::reason).containsExactly("MajorDiffers");
    assertThat(other.getFirst().message())
        .isEqualTo("the base backup is of PostgreSQL 16, the Cluster runs 17");
  }

  /** A major upgrade that hangs: 16 runs, 17 is asked for, the backups are of 16. */
  @Test
  void theMajorVersionThatTheSpecAsksForCountsToo() {
    bench.change(
        Kinds.CLUSTER,
        "db",
        "{spec: {imageName: \"ghcr.io/x/postgresql:17.4\"}, status: {pgDataImageInfo: {majorVersion: 16}}}");
    var hanging = review(point(16, 1, List.of()));
    assertThat(hanging).extracting(Finding::reason).containsExactly("MajorDiffers");
    assertThat(hanging.getFirst().message())
        .isEqualTo(
            "the base backup is of PostgreSQL 16, the Cluster asks for ghcr.io/x/postgresql:17.4");
  }

  /** swap.md P7: between the proof and the exchange. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "imageName: \"ghcr.io/x/postgresql:17.9\"                   | ",
        "imageName: \"ghcr.io/x/postgresql:18.0\"                   | ImageChanged",
        "imageName: \"ghcr.io/x/postgresql:next\"                   | ImageChanged",
        "imageCatalogRef: {kind: ImageCatalog, name: c, major: 17}  | ",
        "imageCatalogRef: {kind: ImageCatalog, name: c, major: 18}  | ImageChanged",
      })
  void theImageStaysThatOfTheCopy(String image, @Nullable String reason) {
    bench.change(Kinds.CLUSTER, "db", "{spec: {imageName: \"ghcr.io/x/postgresql:17.4\"}}");
    var proven = proven();
    bench.change(Kinds.CLUSTER, "db", "{spec: {imageName: null, " + image + "}}");
    var reasons =
        looked(proven).findings().stream()
            .filter(one -> one.severity() == Finding.Severity.Refusal)
            .map(Finding::reason);
    if (reason == null) assertThat(reasons).isEmpty();
    else assertThat(reasons).containsExactly(reason);
  }

  private Facts proven() {
    var facts = bench.facts();
    var copy = new CopyFacts("db-r1", "uid-copy", Map.of(), "7", 2, null);
    return facts.withPostgres(facts.postgres().withCopy(copy));
  }

  private Facts looked(Facts facts) {
    return bench.look(new InspectCluster(bench.cluster, CopyBench.RUN, "shop", "db", null), facts);
  }

  private List<Finding> review(RecoveryPoint point) {
    var facts = bench.facts();
    var pointed = facts.withPostgres(facts.postgres().withPoint(point));
    return bench.look(bench.review(CopyBench.spec("{}")), pointed).findings().stream()
        .filter(one -> one.severity() == Finding.Severity.Refusal)
        .toList();
  }

  private void tablespaces(String names) {
    var spaces = new StringBuilder();
    for (var name : names.split(" ")) spaces.append(SPACE.formatted(name)).append(", ");
    bench.change(Kinds.CLUSTER, "db", "{spec: {tablespaces: [" + spaces + "]}}");
  }

  private static RecoveryPoint point(int major, long bytes, @Nullable List<String> tablespaces) {
    return new RecoveryPoint(
        "db",
        "20260101T000000",
        1,
        false,
        1,
        RecoveryTarget.Type.Time,
        "2026-03-01T09:59:59Z",
        false,
        "7",
        major,
        bytes,
        Instant.EPOCH,
        null,
        true,
        tablespaces);
  }
}
