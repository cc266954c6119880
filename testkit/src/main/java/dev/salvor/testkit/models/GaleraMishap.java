package dev.salvor.testkit.models;

/** What goes wrong with a MariaDB and its operator; each was seen, or is in its issues. */
public enum GaleraMishap {
  /**
   * Recovery Jobs of members without data do not end (#848, #1082): the operator tries again and
   * again.
   */
  RECOVERY_FAILS,
  /** It was on the node that died, and comes back later: what it last said stands meanwhile. */
  OPERATOR_AWAY,
  /** The new cluster does not form, not even where it was told to (#1122). */
  BOOTSTRAP_FAILS
}
