package dev.salvor.testkit.models;

/** What goes wrong at Velero. Each has an issue or a line of its source behind it (velero.md). */
public enum Mishap {
  /** Every rule of a resource modifier fails: pods come up as they were (swap.md H1). */
  MODIFIER_FAILS,
  /** A rule that is a JSON patch fails, merge patches do not (swap.md H1). */
  JSON_PATCH_FAILS,
  /** One PodVolumeRestore is never made, and the Restore is Completed all the same (#9365). */
  VOLUME_FORGOTTEN,
  /** PodVolumeRestores stay in phase "" (velero.md K3, K8, K9). */
  VOLUMES_NEVER_START,
  /** One PodVolumeRestore ends as Failed. */
  VOLUME_FAILS,
  /** Bytes stop half-way. */
  VOLUMES_STALL,
  /** The server restarts once, after the first bytes, and fails the Restore that was running. */
  SERVER_RESTARTS,
  /** An item has an error that has nothing to do with volumes. */
  PARTIALLY_FAILED,
  /** Somebody's own Restore is in the single worker. */
  ANOTHER_RESTORE_FIRST,
  /** The storage location turned Unavailable. */
  LOCATION_UNAVAILABLE,
  /** No node-agent runs anywhere. */
  NODE_AGENT_MISSING,
  /** The backup is deleted once the Restore runs. */
  BACKUP_DELETED,
  /** The server does nothing at all. */
  SERVER_HANGS,
  /** DownloadRequests are never answered. */
  DOWNLOADS_UNANSWERED,
}
