package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.testkit.models.PgData.Commit;
import dev.salvor.testkit.models.PgData.Fork;
import dev.salvor.testkit.models.PgData.Op;
import dev.salvor.testkit.models.PgLineage.Base;
import dev.salvor.testkit.models.PgLineage.Segment;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the recovery Job does in its pod, in its order (postgres.md 1.8): is the own prefix empty,
 * which base backup, replay, promote. Says what it does to a {@link PgLog}.
 */
final class PgRecovery {
  private final PgLineage source;
  private final @Nullable PgLineage own;
  private final JsonNode target;
  private final boolean historyRefused;
  private final PgLog log;
  private long chosen;
  private List<Fork> ancestry = List.of();

  /**
   * @param own null if the new cluster archives nowhere, or the check is switched off
   * @param target {@code bootstrap.recovery.recoveryTarget}
   * @param historyRefused no history file reaches PostgreSQL (cloudnative-pg #10818)
   */
  PgRecovery(
      PgLineage source,
      @Nullable PgLineage own,
      JsonNode target,
      boolean historyRefused,
      PgLog log) {
    this.source = source;
    this.own = own;
    this.target = target;
    this.historyRefused = historyRefused;
    this.log = log;
  }

  /**
   * The recovered data directory; empty if the Job fails, and then the log says why. For a replica
   * cluster the Job restores the base backup and leaves the replay to the instance.
   */
  Optional<PgData> run(String dir, boolean replica) {
    var data = restore(dir, replica);
    log.end();
    return data;
  }

  private Optional<PgData> restore(String dir, boolean replica) {
    if (own != null && !own.isEmpty()) {
      log.barman(
          "barman-cloud-check-wal-archive",
          "ERROR: WAL archive check failed for server "
              + own.serverName
              + ": Expected empty archive");
      return refused("unexpected failure invoking barman-cloud-wal-archive: exit status 1");
    }
    var id = target.path("backupID").asText("");
    var tli = target.path("targetTLI").asText("");
    var wanted = tli.isEmpty() || tli.equals("latest") ? 0 : Long.parseLong(tli);
    var time = time(target.path("targetTime").asText(""));
    var lsn = target.path("targetLSN").asText("");
    var base =
        id.isEmpty()
            ? source.choose(wanted, time, lsn.isEmpty() ? 0 : PgData.lsn(lsn))
            : source.base(id).filter(Base::done);
    if (base.isEmpty())
      return refused(id.isEmpty() ? "no target backup found" : "no backup found with ID " + id);
    log.sidecar("Target backup found", base.get().id(), base.get().data().timeline);
    if (source.segment(base.get().data().timeline, base.get().beginSegment()).isEmpty())
      return refused(
          "encountered an error while checking the presence of first needed WAL in the archive: "
              + "WAL not found: "
              + base.get().beginWal());
    log.sidecar("Starting barman-cloud-restore", base.get().id(), base.get().data().timeline);
    log.sidecar("Restore completed", base.get().id(), base.get().data().timeline);
    return replica ? Optional.of(standby(base.get(), dir)) : replay(base.get(), wanted, time, dir);
  }

  private PgData standby(Base base, String dir) {
    var data = base.data().copy(dir);
    data.commits.removeIf(commit -> commit.lsn() >= base.beginLsn());
    data.standby = true;
    data.marker = true;
    data.segment = base.beginSegment();
    data.archived = data.segment;
    data.forks = new ArrayList<>(forks(data.timeline));
    data.historyArchived = data.timeline == 1;
    return data;
  }

  private Optional<PgData> replay(Base base, long wanted, @Nullable Instant time, String dir) {
    var from = base.data().timeline;
    log.operator("Creating new data directory");
    log.operator("Generated recovery configuration");
    if (time != null) log.postgres("LOG", "starting point-in-time recovery to " + PgLog.time(time));
    chosen = historyRefused ? from : wanted == 0 ? source.newestTimeline(from) : wanted;
    if (!exists(wanted)) return fatal("recovery target timeline " + wanted + " does not exist");
    // barman leaves pg_wal out of a backup, so the backup's own ancestry is not in it
    ancestry = historyRefused ? List.of() : forks(chosen);
    if (chosen != from && !descends(from, base.endLsn()))
      return fatal("requested timeline " + chosen + " is not a child of this server's history");
    var data = base.data().copy(dir);
    data.commits.removeIf(commit -> commit.lsn() >= base.beginLsn());
    Instant last = null;
    var reached = false;
    var consistent = false;
    var number = base.beginSegment();
    for (; !reached; number++) {
      var segment = find(number);
      log.wal(segment.map(Segment::name).orElse(PgData.wal(chosen, number)), segment.isPresent());
      if (segment.isEmpty()) break;
      log.postgres("LOG", "restored log file \"" + segment.get().name() + "\" from archive");
      for (var commit : segment.get().commits()) {
        if (!data.commits.isEmpty() && commit.lsn() <= data.commits.getLast().lsn()) continue;
        if (commit.lsn() < base.beginLsn()) continue;
        consistent |= consistent(consistent, commit.lsn() >= base.endLsn(), base);
        if (consistent && target.path("targetImmediate").asBoolean() || before(commit, time)) {
          if (!consistent)
            return fatal("requested recovery stop point is before consistent recovery point");
          log.postgres("LOG", PgLog.stopping("before", commit));
          reached = true;
          break;
        }
        data.commits.add(commit);
        if (commit.op() != Op.RESTORE_POINT) last = commit.at();
        if (after(commit)) {
          log.postgres("LOG", PgLog.stopping("after", commit));
          reached = true;
          break;
        }
      }
    }
    var end = number * PgData.SEGMENT;
    if (!consistent && end < base.endLsn()) return fatal("WAL ends before end of online backup");
    consistent(consistent, true, base);
    reached |= target.path("targetImmediate").asBoolean();
    log.postgres("LOG", "redo done at " + PgData.lsn(data.end()));
    if (last != null)
      log.postgres("LOG", "last completed transaction was at log time " + PgLog.time(last));
    if (hasTarget() && !reached)
      return fatal("recovery ended before configured recovery target was reached");
    promote(base, data, reached);
    return Optional.of(data);
  }

  private void promote(Base base, PgData data, boolean reached) {
    data.forks = new ArrayList<>(ancestry);
    data.timeline = chosen;
    data.segment = Math.max(data.end() / PgData.SEGMENT, base.endSegment());
    var fresh = historyRefused ? chosen + 1 : source.newestTimeline(chosen) + 1;
    data.promote(fresh, reached ? "before target" : "no recovery target specified");
    data.marker = true;
    log.postgres("LOG", "selected new timeline ID: " + fresh);
    log.postgres("LOG", "archive recovery complete");
    log.postgres("LOG", "database system is ready to accept connections");
  }

  /** Of the timelines that lead to the chosen one, the newest that has this segment. */
  private Optional<Segment> find(long number) {
    var found = source.segment(chosen, number);
    for (var i = ancestry.size() - 1; i >= 0 && found.isEmpty(); i--) {
      var fork = ancestry.get(i);
      if (number <= fork.lsn() / PgData.SEGMENT)
        found = source.segment(fork.timeline(), number).map(segment -> upTo(segment, fork.lsn()));
    }
    return found;
  }

  private static Segment upTo(Segment segment, long lsn) {
    return new Segment(
        segment.timeline(),
        segment.number(),
        segment.commits().stream().filter(commit -> commit.lsn() < lsn).toList(),
        segment.uploaded());
  }

  /** Timeline 1 has no history file, every other that is named must have one. */
  private boolean exists(long wanted) {
    return wanted <= 1 || !historyRefused && source.histories.containsKey(wanted);
  }

  private List<Fork> forks(long timeline) {
    var history = source.histories.get(timeline);
    return history == null ? List.of() : history.forks();
  }

  private boolean descends(long from, long lsn) {
    return ancestry.stream().anyMatch(fork -> fork.timeline() == from && fork.lsn() >= lsn);
  }

  private boolean consistent(boolean already, boolean now, Base base) {
    if (!already && now)
      log.postgres("LOG", "consistent recovery state reached at " + PgData.lsn(base.endLsn()));
    return now;
  }

  private boolean before(Commit commit, @Nullable Instant time) {
    var exclusive = target.path("exclusive").asBoolean();
    if (time != null && commit.op() != Op.RESTORE_POINT)
      return exclusive ? !commit.at().isBefore(time) : commit.at().isAfter(time);
    var lsn = target.path("targetLSN").asText("");
    if (!lsn.isEmpty()) return exclusive && commit.lsn() >= PgData.lsn(lsn);
    return exclusive && isXid(commit);
  }

  private boolean after(Commit commit) {
    var exclusive = target.path("exclusive").asBoolean();
    var name = target.path("targetName").asText("");
    if (!name.isEmpty()) return commit.op() == Op.RESTORE_POINT && commit.row().equals(name);
    var lsn = target.path("targetLSN").asText("");
    if (!lsn.isEmpty()) return !exclusive && commit.lsn() >= PgData.lsn(lsn);
    return !exclusive && isXid(commit);
  }

  private boolean isXid(Commit commit) {
    var xid = target.path("targetXID").asText("");
    return !xid.isEmpty() && commit.op() != Op.RESTORE_POINT && commit.xid() == Long.parseLong(xid);
  }

  private boolean hasTarget() {
    for (var field : List.of("targetTime", "targetLSN", "targetXID", "targetName")) {
      if (!target.path(field).asText("").isEmpty()) return true;
    }
    return false;
  }

  private Optional<PgData> fatal(String message) {
    log.postgres("FATAL", message);
    log.restoreFailed(
        "while waiting for PostgreSQL to stop recovery mode: error while reading results of"
            + " pg_is_in_recovery: failed to connect: no such file or directory");
    return Optional.empty();
  }

  private Optional<PgData> refused(String error) {
    log.pluginFailed(error);
    return Optional.empty();
  }

  /** RFC 3339 or PostgreSQL's own; without a zone it is UTC. */
  static @Nullable Instant time(String text) {
    if (text.isEmpty()) return null;
    var iso = text.strip().replace(' ', 'T').toUpperCase(Locale.ROOT);
    if (iso.matches(".*[+-][0-9]{2}")) iso += ":00";
    if (!iso.matches(".*(Z|[+-][0-9]{2}:?[0-9]{2})")) iso += "Z";
    return OffsetDateTime.parse(iso).toInstant();
  }
}
