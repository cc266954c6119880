package dev.salvor.archive;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An unbroken stretch that can be brought back.
 *
 * @param timeline the numeric timeline to follow
 * @param backup the eldest base backup it begins with
 * @param backups how many base backups lie in it
 * @param from the earliest target time
 * @param until what a target time must lie before; null if nothing was committed after the backup
 * @param exact true if {@code until} is a commit that was read and not an upload
 * @param lastWal the last segment of it
 * @param note what ends it; null if it is simply the end of the WAL
 */
public record Interval(
    long timeline,
    BackupInfo backup,
    int backups,
    Instant from,
    @Nullable Instant until,
    boolean exact,
    Segment lastWal,
    @Nullable String note) {}
