package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pinned Velero Backup.
 *
 * @param startedAt the point in time of the data ({@code status.startTimestamp}, not the creation
 *     of the object, which syncing renews)
 * @param rejected names of backups that were tried before and failed a check
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BackupFacts(
    String name,
    String uid,
    Instant startedAt,
    @Nullable Instant expiresAt,
    String storageLocation,
    List<String> rejected) {
  public BackupFacts {
    rejected = rejected == null ? List.of() : List.copyOf(rejected);
  }
}
