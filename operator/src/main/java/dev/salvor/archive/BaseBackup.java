package dev.salvor.archive;

import org.jspecify.annotations.Nullable;

/**
 * One folder below {@code base/}.
 *
 * @param info null if the backup cannot be used
 * @param flaw why it cannot be used, to be put behind "backup X cannot be used: "; null if it can,
 *     as far as its own files go
 */
public record BaseBackup(String id, @Nullable BackupInfo info, @Nullable String flaw) {
  static BaseBackup usable(BackupInfo info) {
    return new BaseBackup(info.id(), info, null);
  }

  static BaseBackup flawed(String id, String flaw) {
    return new BaseBackup(id, null, flaw);
  }
}
