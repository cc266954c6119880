package dev.salvor.archive;

import static dev.salvor.archive.Ledger.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.engine.Sight;
import org.junit.jupiter.api.Test;

/** When a reset has succeeded, and what is missing until then. */
class VerifyArchiveTest {
  private Depot depot = Depot.sound();

  private Sight<Facts> look(Facts facts) {
    return new VerifyArchive(depot.cluster, Depot.RUN, depot).look(facts, Depot.moment());
  }

  private void missing(String what) {
    missing(what, depot.facts());
  }

  private void missing(String what, Facts facts) {
    assertThat(look(facts))
        .isInstanceOfSatisfying(
            Sight.NotYet.class,
            waiting -> assertThat(waiting.message()).isEqualTo("still missing: " + what));
  }

  private void proven(Facts facts) {
    assertThat(look(facts)).isInstanceOf(Sight.Seen.class);
  }

  @Test
  void aSoundArchiveIsProof() {
    proven(depot.facts());
  }

  @Test
  void archivingMustWork() {
    depot.change(
        Depot.DB,
        "{status: {conditions: [{type: ContinuousArchiving, status: \"False\", message: \"exit status 1\"}]}}");
    missing("archiving: exit status 1");
    depot.cluster.world().delete(Depot.DB);
    missing("the Cluster itself");
  }

  @Test
  void aBaseBackupOfThisDatabaseMustBeThere() {
    depot = new Depot(new Ledger().busy(1, 10, 20));
    missing("a base backup in lineage db");
    depot.ledger.backup(Depot.FIRST, 1, 10, new InfoText().with("systemid", "42"));
    missing("a base backup in lineage db");
  }

  @Test
  void theClusterMustArchiveThere() {
    var facts = depot.facts();
    var moved = facts.withPostgres(facts.postgres().withLineage("db-v2"));
    missing("the Cluster does not archive to db-v2", moved);
    depot.change(
        Depot.DB,
        "{spec: {plugins: [{name: barman-cloud.cloudnative-pg.io, parameters: {barmanObjectName: store, serverName: db-v2}}]}}");
    missing("a base backup in lineage db-v2", moved);
  }

  /** The old backup from before a gap leads nowhere; a new one behind it does. */
  @Test
  void walMustBeUnbrokenToTheEnd() {
    depot.ledger.without(1, 13);
    missing("unbroken WAL behind base backup " + Depot.FIRST);
    depot.ledger.backup(Depot.SECOND, 1, 16);
    proven(depot.facts());
    depot.ledger.without(1, 16);
    missing("unbroken WAL behind base backup " + Depot.SECOND);
  }

  /**
   * A database beyond timeline 1 in a new lineage: PostgreSQL does not archive its older history
   * files again, and {@code latest} recovers without them (LineageServerTest).
   */
  @Test
  void aNewLineageNeedsNoOlderHistory() {
    depot = new Depot(new Ledger().busy(3, 10, 20).backup(Depot.FIRST, 3, 10));
    proven(depot.facts("db", 3));
    depot.ledger.without(3, 15);
    missing("unbroken WAL behind base backup " + Depot.FIRST, depot.facts("db", 3));
  }

  /** A fail-over in between: the backup's timeline has ended. */
  @Test
  void aLaterTimelineOfItsOwnIsAsGood() {
    depot.ledger.history(2, "1\t0/14900000\tx\n", at(20)).busy(2, 20, 24);
    proven(depot.facts("db", 2));
  }

  @Test
  void aStoreThatCannotBeReadIsWaitedFor() {
    depot.fault = new ArchiveException(ArchiveException.Kind.UNREACHABLE, "it is down", "Look");
    missing("it is down. Look");
  }

  @Test
  void whenWalArrivedInTheNewLineage() {
    var facts = depot.facts();
    var newest = new NewestWal(depot.cluster, depot);
    assertThat(newest.of(facts)).as("none is chosen").isEmpty();
    assertThat(newest.of(facts.withPostgres(facts.postgres().withLineage("db-v2")))).isEmpty();
    // of this one the test knows the times
    var here = facts.withPostgres(facts.postgres().withLineage("db"));
    assertThat(newest.of(here)).contains(at(20).plusSeconds(1));
    depot.ledger.idle(2, 31);
    assertThat(newest.of(here)).contains(at(31).plusSeconds(1));
    depot.fault = new ArchiveException(ArchiveException.Kind.TIMEOUT, "slow", "Wait");
    assertThat(newest.of(here)).as("nobody can tell").isEmpty();
  }
}
