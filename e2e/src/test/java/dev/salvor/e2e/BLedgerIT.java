package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * (b) A StatefulSet with two claims per replica, ServiceAccount, ConfigMap and Secret mounted, kept
 * apart by anti-affinity on node-local volumes (swap.md 4.3, 3: N2).
 */
@Scenario
class BLedgerIT {
  private static final String NAMESPACE = "e2e-b";
  private final Stage stage = Stage.open();
  private final Room room = Room.of(stage, NAMESPACE);

  @Test
  void swapBringsFourVolumesBackOfOneTime() {
    var ledger = Ledger.install(stage, NAMESPACE, "local-path", "book,journal");
    ledger.fill();
    var book = ledger.sums("book");
    var journal = ledger.sums("journal");
    new Velero(stage.kube()).backup("e2e-b-1", NAMESPACE);
    ledger.damage("book");
    ledger.damage("journal");
    var starts = new Starts(stage);
    try (var watch = stage.watch()) {
      var before = starts.of("ledger", NAMESPACE);
      var recovery =
          Recovery.apply(
              stage.kube(),
              NAMESPACE,
              "back",
              Recovery.from("e2e-b-1") + ", " + Recovery.automatic());
      recovery.succeed();
      ledger.ready();
      assertThat(ledger.sums("book")).isEqualTo(book);
      assertThat(ledger.sums("journal")).isEqualTo(journal);
      // each replica started exactly once more
      assertThat(starts.of("ledger", NAMESPACE)).isEqualTo(before + 2);
      assertThat(watch.started()).isNotEmpty().noneMatch(name -> name.matches(".*/(ledger|count)"));
    }
    assertThat(starts.inShadow()).isEmpty();
    room.awaitNoShadow();
  }

  @AfterAll
  void clear() {
    room.clear();
  }
}
