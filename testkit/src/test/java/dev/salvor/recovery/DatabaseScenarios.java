package dev.salvor.recovery;

import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Stage;
import java.util.List;

/** Recoveries of databases that are disturbed in {@link FaultPlansTest}. */
final class DatabaseScenarios {
  static final Scenario SWAP = new Scenario("db-swap", "Succeeded", DatabaseScenarios::swap);

  static final Scenario DRAIN = new Scenario("db-drain", "Succeeded", DatabaseScenarios::drain);

  static final Scenario UNDO = new Scenario("db-undo", "Undone", DatabaseScenarios::undo);
  static final Scenario BESIDE = new Scenario("db-beside", "Succeeded", DatabaseScenarios::beside);
  static final Scenario IN_PLACE =
      new Scenario("db-in-place", "Succeeded", DatabaseScenarios::inPlace);

  static final Scenario LOST = new Scenario("db-lost", "Succeeded", DatabaseScenarios::lost);
  static final Scenario BROKEN = new Scenario("db-broken", "Succeeded", DatabaseScenarios::broken);
  static final Scenario GONE = new Scenario("db-gone", "Succeeded", DatabaseScenarios::gone);

  static final Scenario MARKER =
      new Scenario("reset-marker", "Succeeded", () -> DatabaseShop.marked().underFlux().resets());

  static final Scenario GAP =
      new Scenario(
          "reset-gap", "Succeeded", () -> new DatabaseShop().underFlux().withGap().resets());
  static final Scenario DIVERGED =
      new Scenario(
          "reset-diverged",
          "Succeeded",
          () -> new DatabaseShop().underFlux().withStrangers().resets());

  static final List<Scenario> ALL =
      List.of(SWAP, DRAIN, UNDO, BESIDE, IN_PLACE, LOST, BROKEN, GONE, MARKER, GAP, DIVERGED);

  /** The newest moment, while the primary lives. */
  static final String NEWEST = "target: {latest: true}\nstrategy: Swap\nprepare: {keepFor: 30m}\n";

  private DatabaseScenarios() {}

  private static Stage swap() {
    var shop = new DatabaseShop().underFlux();
    return shop.recovers(toMoment(shop));
  }

  /** Rows are written until the database does not take them any more. */
  private static Stage drain() {
    var shop = new DatabaseShop().underFlux();
    shop.cluster.with(new LastWords(shop));
    return shop.recovers(NEWEST);
  }

  private static Stage undo() {
    var shop = new DatabaseShop().underFlux();
    shop.cluster.with(new Regret(DatabaseShop.RECOVERY));
    return shop.recovers(toMoment(shop));
  }

  private static Stage beside() {
    var shop = new DatabaseShop().underFlux();
    return shop.recovers(to(shop, "Beside"));
  }

  private static Stage inPlace() {
    var shop = new DatabaseShop().underFlux();
    return shop.recovers(to(shop, "InPlace"));
  }

  private static Stage lost() {
    var shop = new DatabaseShop().underFlux().withoutVolumes();
    return shop.recovers(to(shop, "InPlace"));
  }

  private static Stage broken() {
    var shop = new DatabaseShop().underFlux().broken();
    return shop.recovers(toMoment(shop));
  }

  /** Not in Git, or GitOps would have made it anew, with an empty database. */
  private static Stage gone() {
    var shop = new DatabaseShop().gone();
    return shop.recovers(toMoment(shop) + "template:\n" + DatabaseShopManifests.CLUSTER.indent(2));
  }

  static String toMoment(DatabaseShop shop) {
    return to(shop, "Swap") + "prepare: {keepFor: 30m}\n";
  }

  static String to(DatabaseShop shop, String strategy) {
    return """
    target: {time: "%s"}
    allowUnproven: true
    strategy: %s
    """
        .formatted(shop.moment, strategy);
  }
}
