package dev.salvor.testkit.models;

/**
 * What goes wrong at CloudNativePG and its barman plugin. Each has an issue, a line of source or a
 * row of swap.md 2.7 or postgres.md behind it. Those that happen once switch themselves off.
 */
public enum CnpgMishap {
  /** The pod of the recovery Job never gets a node. */
  RECOVERY_PENDING,
  /** The first pod of the recovery Job meets a 403 of the object store; once. */
  RECOVERY_FAILS_ONCE,
  /** Every pod of the recovery Job fails: no space left on device. */
  RECOVERY_FAILS,
  /** The first pass does not see the claims in its cache: initdb on them (swap.md P1); once. */
  STALE_CLAIMS,
  /** Dies after writing the status, before owning the claims (swap.md P3); once. */
  DIES_IN_ADOPTION,
  /** A conflict between the first claim and its Job: the Job is never made (#11039); once. */
  FIRST_JOB_LOST,
  /** No history file reaches PostgreSQL: up on the timeline of the base backup (#10818). */
  HISTORY_REFUSED,
  /** The archive command fails. */
  ARCHIVING_FAILS,
  /** An instance that is promoted still has the marker for an empty archive (plugin #842). */
  MARKER_STAYS,
  /** The operator does not find the plugin. */
  PLUGIN_UNKNOWN,
  /** A GitOps tool makes the Cluster again as soon as it is gone (postgres.md R3); once. */
  RECREATED_BY_GITOPS,
  /** Services have a finalizer that takes 30 s (swap.md P6). */
  SLOW_SERVICES,
  /** Secrets are collected 30 s after the Cluster. */
  SECRETS_COLLECTED_LATE,
  /** After a Cluster a claim of it without owner is left (swap.md P4); once. */
  ORPHAN_CLAIM,
  /** The Cluster does not get healthy: hibernation waits (#10193). */
  NEVER_HEALTHY,
  /** Every Backup fails. */
  BACKUP_FAILS,
  /** Every Backup waits for the archiver. */
  BACKUP_WAITS_FOR_ARCHIVING,
  /** A primary on a node that does not answer stays the primary (#10448). */
  NO_FAILOVER,
  /** What a replica cluster asks the archive for never comes. */
  FOLLOWER_STUCK,
  /** The operator does nothing at all; instance managers go on. */
  OPERATOR_HANGS,
}
