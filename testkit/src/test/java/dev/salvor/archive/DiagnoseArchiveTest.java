package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Finding.Severity;
import dev.salvor.api.PostgresFacts.Diagnosis;
import dev.salvor.kube.Kinds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with an archive, and in which words. */
class DiagnoseArchiveTest {
  private Depot depot = Depot.sound();
  private boolean only;

  private Facts look(Facts facts) {
    return Depot.look(new DiagnoseArchive(depot.cluster, Depot.RUN, depot, only), facts);
  }

  private void is(Diagnosis diagnosis, String why) {
    is(diagnosis, why, depot.facts());
  }

  private void is(Diagnosis diagnosis, String why, Facts facts) {
    var found = look(facts);
    assertThat(found.postgres().diagnosis()).as(found.findings().toString()).isEqualTo(diagnosis);
    if (diagnosis == Diagnosis.Sound) assertThat(found.findings()).isEmpty();
    else {
      assertThat(found.findings()).hasSize(1);
      var finding = found.findings().getFirst();
      assertThat(finding.reason()).isEqualTo("Archive" + diagnosis);
      assertThat(finding.message()).isEqualTo(why);
      assertThat(finding.severity())
          .isEqualTo(
              diagnosis == Diagnosis.StoreFault && !only ? Severity.Refusal : Severity.Warning);
    }
  }

  private void fails(String container, String log) {
    depot.change(
        Depot.DB,
        "{status: {conditions: [{type: ContinuousArchiving, status: \"False\", message: \"exit status 1\"}]}}");
    depot.cluster.world().podLogs().set(Kinds.POD.ref("shop", "db-1"), container, log);
  }

  @Test
  void anUnbrokenChainIsSound() {
    is(Diagnosis.Sound, "");
    depot.ledger.backup(Depot.SECOND, 1, 14).without(1, 12);
    is(Diagnosis.Sound, "");
  }

  /** After a reset into a lineage of its own: no older history file is there. */
  @Test
  void aLineageThatBeganOnALaterTimelineIsSound() {
    depot = new Depot(new Ledger().busy(3, 10, 20).backup(Depot.FIRST, 3, 10));
    is(Diagnosis.Sound, "", depot.facts("db", 3));
  }

  @Test
  void missingWalIsAGap() {
    depot.ledger.without(1, 13);
    is(Diagnosis.Gap, "WAL is missing in db behind segment 00000001000000000000000C");
    depot.ledger.without(1, 10);
    is(Diagnosis.Gap, "WAL that the base backups of db need is missing");
    depot = new Depot(new Ledger().busy(1, 10, 20));
    is(Diagnosis.Gap, "lineage db has no usable base backup: nothing can be recovered");
  }

  @Test
  void anotherDatabaseIsDiverged() {
    depot = new Depot(new Ledger().busy(1, 10, 20));
    depot.ledger.backup(Depot.FIRST, 1, 10, new InfoText().with("systemid", "42"));
    is(
        Diagnosis.Diverged,
        "lineage db holds base backups of another database: system identifier 42, this one has "
            + Depot.SYSTEM);
  }

  @Test
  void aTimelineThatTheDatabaseDoesNotKnowIsDiverged() {
    depot.ledger.history(2, "1\t0/F900000\tx\n", Ledger.at(25)).busy(2, 15, 30);
    is(Diagnosis.Sound, "", depot.facts("db", 2));
    is(
        Diagnosis.Diverged,
        "lineage db has timeline 2, this database is on 1: another history has been archived there");
    // a Cluster that does not tell its timeline is no proof of anything
    is(Diagnosis.Sound, "", depot.facts("db", 0));
  }

  /** Also while archiving fails: the words about an empty archive are true then. */
  @Test
  void divergedComesBeforeTheMarker() {
    fails("plugin-barman-cloud", "WAL archive check failed for server db: Expected empty archive");
    depot.ledger.idle(7, 9);
    depot.ledger.idle(7, 19);
    assertThat(look(depot.facts()).postgres().diagnosis()).isEqualTo(Diagnosis.Diverged);
  }

  @ParameterizedTest
  @CsvSource({"plugin-barman-cloud", "postgres"})
  void theMarkerAloneIsInTheWay(String container) {
    fails(
        container,
        """
        {"level":"info","msg":"WAL archive check failed for server db: Expected empty archive"}
        """);
    is(
        Diagnosis.MarkerOnly,
        "archiving fails with \"Expected empty archive\", but lineage db is this database's own, up to timeline 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "An error occurred (NoSuchBucket) when calling PutObject | NoSuchBucket",
        "An error occurred (AccessDenied) with salto | AccessDenied",
        "SSL validation failed: certificate verify failed: self-signed | certificate verify failed",
        "Could not connect to the endpoint URL: http://x | Could not connect to the endpoint",
        "cp: No space left on device | No space left on device",
        "something new | exit status 1",
      })
  void aFaultOfTheStoreIsSaidInItsOwnWords(String log, String cause) {
    fails("plugin-barman-cloud", log);
    is(Diagnosis.StoreFault, "archiving fails: " + cause);
    only = true;
    is(Diagnosis.StoreFault, "archiving fails: " + cause);
  }

  @Test
  void aStoreThatCannotBeReadIsOne() {
    depot.fault =
        new ArchiveException(
            ArchiveException.Kind.FORBIDDEN, "refused (s3://backups/)", "Allow it");
    is(Diagnosis.StoreFault, "refused (s3://backups/). Allow it");
  }

  /** Who only asks gets an answer: what InspectArchive refuses is that answer. */
  @Test
  void aDiagnosisAloneRefusesNothing() {
    only = true;
    depot.fault =
        new ArchiveException(
            ArchiveException.Kind.FORBIDDEN, "refused (s3://backups/)", "Allow it");
    var refused = new Finding("InspectArchive", Severity.Refusal, "ArchiveForbidden", "no", "do");
    is(
        Diagnosis.StoreFault,
        "refused (s3://backups/). Allow it",
        depot.facts().withFindings("InspectArchive", List.of(refused)));
    only = false;
    assertThat(look(depot.facts().withFindings("InspectArchive", List.of(refused))).findings())
        .hasSize(2);
  }
}
