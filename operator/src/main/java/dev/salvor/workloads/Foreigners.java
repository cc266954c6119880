package dev.salvor.workloads;

import dev.salvor.api.Ref;

/**
 * Controllers of other operators. Salvor knows no pause for any of them yet: what it scales to 0
 * they would start again in the middle of the exchange (swap.md Q1).
 */
final class Foreigners {
  private Foreigners() {}

  static String message(Climb.Top.Foreign foreign) {
    return foreign.lower().ref().text()
        + " is managed by "
        + foreign.owner().text()
        + " ("
        + foreign.owner().group()
        + ")";
  }

  static String remedy(Climb.Top.Foreign foreign) {
    if (ofDatabase(foreign.owner()))
      return "Restore this database with a PostgresRecovery, and choose the other claims of the"
          + " namespace with spec.persistentVolumeClaims";
    return "Stop "
        + foreign.owner().text()
        + " by its own means and until its pods are gone, or restore it by its own means and leave"
        + " its claims out of spec.persistentVolumeClaims";
  }

  private static boolean ofDatabase(Ref owner) {
    return owner.group().equals("postgresql.cnpg.io");
  }
}
