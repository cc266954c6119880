package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.testkit.models.PgData.Commit;
import dev.salvor.testkit.models.PgData.Op;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Lines of an instance manager and of the plugin's sidecar: JSON, as they print it. */
final class PgLog {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private final Instant now;
  private final String pod;
  final List<String> main = new ArrayList<>();
  final List<String> plugin = new ArrayList<>();
  private final boolean sidecar;

  /**
   * @param sidecar false for the archiver in the tree: everything is in the one container
   */
  PgLog(Instant now, String pod, boolean sidecar) {
    this.now = now;
    this.pod = pod;
    this.sidecar = sidecar;
  }

  void operator(String message) {
    main.add(line("info", "", message).toString());
  }

  void error(String message, String error) {
    main.add(line("error", "", message).put("error", error).toString());
  }

  /** The restore fails: said twice at the end of the one container. */
  void restoreFailed(String error) {
    error("Error while restoring a backup", error);
    error("restore error", "while restoring cluster: " + error);
  }

  /** A request to the plugin fails: its own error, and the same by gRPC in the Job's container. */
  void pluginFailed(String error) {
    if (!sidecar) {
      restoreFailed(error);
      return;
    }
    plugin.add(
        line("error", "", "Error while handling GRPC request").put("error", error).toString());
    restoreFailed("rpc error: code = Unknown desc = " + error);
  }

  /** The sidecar ends with this line whether all went well or not. */
  void end() {
    if (sidecar) plugin.add(line("error", "", "While terminating server").toString());
  }

  /** What the plugin does for one file that PostgreSQL asks for; not to find one is normal. */
  void wal(String name, boolean found) {
    var message = found ? "Restored WAL file" : "WAL file not found in the recovery object store";
    (sidecar ? plugin : main).add(line("info", "", message).put("walName", name).toString());
  }

  void postgres(String severity, String message) {
    var line = line("info", "postgres", "record");
    line.putObject("record")
        .put("log_time", time(now).replace("+00", " UTC"))
        .put("process_id", "31")
        .put("error_severity", severity)
        .put("message", message)
        .put("backend_type", "startup");
    main.add(line.toString());
  }

  /** What barman-cloud wrote to its standard error. */
  void barman(String command, String message) {
    var text = time(now).replace("+00", " [27] ") + message;
    (sidecar ? plugin : main).add(line("info", command, text).toString());
  }

  /** A step of the restore, with the backup it is about. */
  void sidecar(String message, String backup, long timeline) {
    var line = line("info", "", message);
    line.putObject("backup").put("backup_id", backup).put("timeline", timeline);
    (sidecar ? plugin : main).add(line.toString());
  }

  /** pg_controldata of a data directory that was shut down: all of it in one line. */
  void controlData(PgData data) {
    main.add(line("info", "pg_controldata", control(data)).toString());
  }

  /** As pg_controldata prints it, the lines that somebody reads. */
  static String control(PgData data) {
    return """
    pg_control version number:            1300
    Database system identifier:           %s
    Database cluster state:               %s
    Latest checkpoint location:           %s
    Latest checkpoint's REDO location:    %s
    Latest checkpoint's TimeLineID:       %d
    Latest checkpoint's PrevTimeLineID:   %d
    Bytes per WAL segment:                %d
    """
        .formatted(
            data.systemId,
            data.down
                ? data.standby ? "shut down in recovery" : "shut down"
                : data.standby ? "in archive recovery" : "in production",
            PgData.lsn(data.end()),
            PgData.lsn(data.end()),
            data.timeline,
            data.timeline,
            PgData.SEGMENT);
  }

  static String stopping(String when, Commit commit) {
    if (commit.op() == Op.RESTORE_POINT)
      return "recovery stopping at restore point \"%s\", time %s"
          .formatted(commit.row(), time(commit.at()));
    return "recovery stopping %s commit of transaction %d, time %s"
        .formatted(when, commit.xid(), time(commit.at()));
  }

  static String time(Instant at) {
    return TIME.format(at) + "+00";
  }

  private ObjectNode line(String level, String logger, String message) {
    var line = Json.object().put("level", level).put("ts", now.toString());
    if (!logger.isEmpty()) line.put("logger", logger);
    return line.put("msg", message).put("logging_pod", pod);
  }
}
