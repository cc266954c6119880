package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Redaction;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.util.function.Function;

/**
 * One Backup of a Cluster, made and followed. A Backup that failed never becomes another: the next
 * try has the next name, {@code <name>}, {@code <name>-2}, {@code <name>-3}.
 *
 * @param manifest makes the Backup of a name
 */
record BackupRun(
    ClusterWriter cluster,
    Run run,
    String namespace,
    String name,
    Function<String, ObjectNode> manifest) {
  private static final int TRIES = 3;

  /** Where it stands. */
  sealed interface State {
    /** This call asked for it. */
    record Asked(String name) implements State {}

    /** It goes on. */
    record Going(String story) implements State {}

    /** It cannot begin or end, because the WAL it needs cannot be archived; that may pass. */
    record Blocked(String story) implements State {}

    record Completed(String name, String backupId) implements State {}

    /** Every try failed. */
    record Failed(String why) implements State {}
  }

  State next() {
    var why = "";
    for (var number = 1; number <= TRIES; number++) {
      var named = number == 1 ? name : name + "-" + number;
      var seen = cluster.get(Kinds.DATABASE_BACKUP.ref(namespace, named));
      if (seen.isEmpty()) return ask(named);
      if (!seen.get().label(Marks.RUN).equals(run.uid())) continue;
      switch (seen.get().text("/status/phase")) {
        case "completed" -> {
          return new State.Completed(named, seen.get().text("/status/backupId"));
        }
        case "failed", "invalid backup definition" -> why = error(seen.get());
        case "walArchivingFailing" -> {
          return new State.Blocked("Backup " + named + " waits for archiving, which fails");
        }
        default -> {
          return new State.Going("Backup " + named + " is " + phase(seen.get()));
        }
      }
    }
    return new State.Failed(why.isEmpty() ? "the names for it are taken" : why);
  }

  private State ask(String named) {
    try {
      cluster.write(new Write.Create(manifest.apply(named)));
    } catch (ClusterException.AlreadyExists lost) {
      // a reply that was lost; the next call reads it
    }
    return new State.Asked(named);
  }

  private static String phase(Seen backup) {
    var phase = backup.text("/status/phase");
    return phase.isEmpty() ? "not begun" : phase;
  }

  private static String error(Seen backup) {
    var error = backup.text("/status/error");
    var command = backup.text("/status/commandError");
    var said = error.isEmpty() ? command : command.isEmpty() ? error : error + ": " + command;
    var safe = Redaction.of(said.isEmpty() ? "no reason given" : said);
    return "Backup "
        + backup.name()
        + " failed: "
        + (safe.length() > 300 ? safe.substring(0, 300) + "…" : safe);
  }
}
