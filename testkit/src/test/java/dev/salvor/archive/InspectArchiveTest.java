package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.PostgresFacts;
import dev.salvor.api.Recoverable;
import dev.salvor.archive.ArchiveException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person is told who just asks, and why nobody can tell. */
class InspectArchiveTest {
  private final Depot depot = Depot.sound();

  private Facts look(Facts facts) {
    return Depot.look(new InspectArchive(depot.cluster, Depot.RUN, depot), facts);
  }

  @Test
  void everyStretchOfTheDatabasesOwnLineagesIsTold() {
    depot.ledger.store.put("db-v2/base/x", 1, Ledger.MIDNIGHT);
    depot.ledger.store.put("dbx/base/x", 1, Ledger.MIDNIGHT);
    depot.ledger.without(1, 13).backup(Depot.SECOND, 1, 16);
    var found = look(depot.facts()).postgres().recoverable();
    assertThat(found)
        .extracting(Recoverable::lineage, Recoverable::backupID, Recoverable::timeline)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("db", Depot.SECOND, 1L),
            org.assertj.core.groups.Tuple.tuple("db", Depot.FIRST, 1L));
    assertThat(found.getLast().note()).contains("00000001000000000000000D is missing");
    // WAL of this bucket cannot be read: an upload, and not a commit
    assertThat(found).noneMatch(Recoverable::exact);
  }

  @Test
  void anArchiveWithoutABaseBackupHasNothing() {
    var empty = new Depot(new Ledger().busy(1, 10, 20));
    var facts = Depot.look(new InspectArchive(empty.cluster, Depot.RUN, empty), empty.facts());
    assertThat(facts.postgres().recoverable()).isEmpty();
    assertThat(facts.findings()).isEmpty();
  }

  @Test
  void withoutAClusterThereIsNoArchive() {
    var nothing = depot.facts().withPostgres(PostgresFacts.NONE);
    assertThat(look(nothing).findings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "BUCKET_MISSING, BucketMissing",
    "FORBIDDEN, ArchiveForbidden",
    "WRONG_REGION, ArchiveWrongRegion",
    "UNREACHABLE, ArchiveUnreachable",
    "TLS, ArchiveNotTrusted",
    "BAD_REQUEST, ArchiveNotS3",
    "TIMEOUT, ArchiveTooSlow",
    "NO_SUCH_KEY, ArchiveChanging"
  })
  void whatTheStoreSaysIsTheRefusal(Kind kind, String reason) {
    var known = look(depot.facts());
    assertThat(known.postgres().recoverable()).isNotEmpty();
    depot.fault = new ArchiveException(kind, "the store says no (s3://backups/)", "Mend it");
    var facts = look(known);
    var refusal = Depot.refusal(facts);
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.message()).isEqualTo("the store says no (s3://backups/)");
    assertThat(refusal.remedy()).isEqualTo("Mend it");
    assertThat(facts.postgres().recoverable()).as("not what was true before").isEmpty();
  }

  @Test
  void credentialsByAnIamRoleCannotBeInspectedFromHere() {
    depot.change(
        Depot.STORE,
        "{spec: {configuration: {s3Credentials: {accessKeyId: null, secretAccessKey: null, inheritFromIAMRole: true}}}}");
    var refusal = Depot.refusal(look(depot.facts()));
    assertThat(refusal.reason()).isEqualTo("ArchiveNotInspectable");
    assertThat(refusal.message())
        .isEqualTo(
            "ObjectStore shop/store gets its credentials from an IAM role of the database's pods, so nothing can be proven about s3://backups/ from here");
    assertThat(refusal.remedy()).contains("static S3 credentials");
  }

  @Test
  void whatIsNotOnS3CannotEither() {
    depot.change(
        Depot.STORE,
        "{spec: {configuration: {s3Credentials: null, azureCredentials: {inheritFromAzureAD: true}}}}");
    assertThat(Depot.refusal(look(depot.facts())).message()).contains("uses azureCredentials");
    depot.change(
        Depot.STORE,
        "{spec: {configuration: {azureCredentials: null, destinationPath: \"gs://backups/\"}}}");
    assertThat(Depot.refusal(look(depot.facts())).message())
        .contains("is not on S3: gs://backups/");
  }

  @Test
  void whatIsMissingOfTheSettingsIsNamedAndNeverShown() {
    depot.change(Depot.SECRET, "{data: {KEY: null}}");
    assertThat(Depot.refusal(look(depot.facts())).message())
        .isEqualTo("ObjectStore shop/store: Secret shop/keys has no key KEY");
    depot.change(Depot.SECRET, "{data: {KEY: \"%salto%\"}}");
    assertThat(Depot.refusal(look(depot.facts())).message()).endsWith("is not base64");
    depot.cluster.world().delete(Depot.SECRET);
    assertThat(Depot.refusal(look(depot.facts())).message())
        .endsWith("Secret shop/keys does not exist");
    depot.cluster.world().delete(Depot.STORE);
    var refusal = Depot.refusal(look(depot.facts()));
    assertThat(refusal.reason()).isEqualTo("ObjectStoreMissing");
    assertThat(refusal.message()).isEqualTo("ObjectStore shop/store does not exist");
  }

  /** Through the settings of the Cluster, the AWS SDK and a real S3 server. */
  @Test
  void aBucketThatDoesNotExistIsNamed() {
    try (var bucket = new LocalBucket()) {
      depot.change(
          Depot.STORE,
          "{spec: {configuration: {endpointURL: \"%s\", destinationPath: \"s3://no-such-bucket/\"}}}"
              .formatted(bucket.endpoint()));
      var look = new InspectArchive(depot.cluster, Depot.RUN, S3ObjectStore.archives());
      var refusal = Depot.refusal(Depot.look(look, depot.facts()));
      assertThat(refusal.reason()).isEqualTo("BucketMissing");
      assertThat(refusal.message()).contains("s3://no-such-bucket/ at " + bucket.endpoint());
    }
  }
}
