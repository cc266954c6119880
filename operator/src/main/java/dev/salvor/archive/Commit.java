package dev.salvor.archive;

import java.time.Instant;

/**
 * A commit or an abort in the WAL, of a transaction or of a prepared one.
 *
 * @param at the time in the record (microseconds): what recovery_target_time is compared with. For
 *     a transaction that came by logical replication this is not what pg_xact_commit_timestamp says
 * @param lsn where the record starts
 * @param xid the transaction that ended; that of the prepared one, not of the one that ended it
 * @param commit false for an abort; recovery stops at either
 */
public record Commit(Instant at, long lsn, long xid, boolean commit) {}
