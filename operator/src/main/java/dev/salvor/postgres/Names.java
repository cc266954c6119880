package dev.salvor.postgres;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.kube.Run;

/**
 * Names of what a recovery makes beside a Cluster; from the facts alone, so that they never move.
 */
public final class Names {
  private Names() {}

  /** The Cluster that is recovered beside: {@code <cluster>-r<attempt>}, at most 50 characters. */
  public static String copy(Facts facts) {
    return copy(facts.postgres().knownDatabase(), facts.restore().attempt());
  }

  /** See {@link #copy(Facts)}. */
  static String copy(DatabaseFacts database, int attempt) {
    var suffix = "-r" + attempt;
    var room = Cnpg.LONGEST_NAME - suffix.length();
    var name = database.name();
    return name.substring(0, Math.min(name.length(), room)) + suffix;
  }

  /** The Backup of the copy into the new lineage. */
  static String firstBackup(Run run, Facts facts) {
    return "salvor-" + run.shortId() + "-first-" + facts.restore().attempt();
  }

  /** The last Backup of the living Cluster in its old lineage. */
  static String safetyBackup(Run run, Facts facts) {
    return "salvor-" + run.shortId() + "-safety-" + facts.restore().attempt();
  }
}
