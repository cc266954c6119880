package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pinned way to the target.
 *
 * @param serverName the lineage to recover from
 * @param backupId the base backup to start from ({@code YYYYMMDDTHHMMSS})
 * @param timeline the numeric timeline to follow
 * @param followed true if PostgreSQL refuses that number, because the lineage lacks the timeline's
 *     history file, and {@code latest} stays on it
 * @param newestTimeline the highest timeline of any history file of that lineage: the recovered
 *     cluster's must be higher, or it has silently missed something (cloudnative-pg #10818)
 * @param type kind of target
 * @param value the target as PostgreSQL takes it; empty for latest and immediate
 * @param exclusive stop before it
 * @param systemId system identifier of the base backup
 * @param major PostgreSQL major version of the base backup
 * @param bytes size of the base backup; 0 if unknown
 * @param backupEnd when the base backup ended
 * @param until the newest reachable moment of that lineage
 * @param proven true if WAL was read that proves the target reachable
 * @param tablespaces names of those in the base backup, sorted; null in a record of an older
 *     version, which did not look
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RecoveryPoint(
    String serverName,
    String backupId,
    long timeline,
    boolean followed,
    long newestTimeline,
    RecoveryTarget.Type type,
    String value,
    boolean exclusive,
    String systemId,
    int major,
    long bytes,
    Instant backupEnd,
    @Nullable Instant until,
    boolean proven,
    @Nullable List<String> tablespaces) {}
