package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Lets the Cluster archive to another lineage: {@code serverName}, of the barman plugin's
 * parameters or of {@code spec.backup.barmanObjectStore}. The archiver reads it with every WAL file
 * (postgres.md 1.14), so a pod that runs would put its timeline into the lineage of another.
 *
 * @param direction which lineage is the goal
 */
public record SwitchArchive(ClusterWriter cluster, Run run, Direction direction)
    implements Act<Facts> {
  /** Which lineage is the goal. */
  public enum Direction {
    /** To {@link dev.salvor.api.PostgresFacts#lineage}, while no pod runs. */
    FORWARD,
    /** To the one on record, while no pod runs; a field that was absent is absent again. */
    BACK,
    /** To {@link dev.salvor.api.PostgresFacts#lineage}, under a Cluster that runs. */
    LIVE
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var found = Recorded.read(cluster, facts);
    if (found.isEmpty()) return Recorded.changed(cluster, facts);
    var live = found.get();
    var foreign = Recorded.foreign(live, run);
    if (foreign.isPresent()) return foreign.get();
    var goal = goal(facts);
    var now = Archiving.serverName(live.seen().json());
    if (now.isEmpty() || !now.equals(former(facts)) && !now.equals(facts.postgres().knownLineage()))
      return Outcome.failed(
          "ArchiveChanged",
          live.seen().ref().text()
              + (now.isEmpty() ? " archives nowhere" : " archives to lineage " + now)
              + ", and not to "
              + former(facts)
              + " as when the plan was made",
          "find out who changed it, then raise spec.retry to look again and approve again");
    if (Lineage.explicit(live.seen().json()).equals(goal))
      return Outcome.done("archives to lineage " + now);
    if (direction != Direction.LIVE) {
      var pods = InstancePods.of(cluster, live);
      if (!pods.isEmpty())
        return Outcome.pressing(
            "not while PostgreSQL runs, it would archive to the wrong lineage: waiting for the end"
                + " of "
                + InstancePods.names(pods));
    }
    return write(live, goal);
  }

  /** Whether or not a pod runs: what runs now belongs to the lineage it had. */
  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var found = Recorded.read(cluster, facts);
    if (found.isEmpty()) return Outcome.done(Recorded.text(facts) + " is not ours to change");
    var live = found.get();
    var archives = Archiving.serverName(live.seen().json());
    var now = Lineage.explicit(live.seen().json());
    if (archives.isEmpty() || !now.equals(goal(facts)) || now.equals(origin(facts)))
      return Outcome.done("archives to lineage " + archives);
    return write(live, origin(facts));
  }

  private Outcome write(CnpgCluster live, String serverName) {
    var wanted = live.copyOfJson();
    Lineage.set(wanted, serverName);
    var pointer = Archiving.pointer(wanted);
    var value = wanted.at(pointer);
    var edit = live.seen().edit();
    cluster.write(
        (value.isMissingNode() ? edit.remove(pointer) : edit.set(pointer, value)).write());
    return Outcome.wrote(
        live.seen().ref().text() + " archives to lineage " + Archiving.serverName(wanted));
  }

  /** As it is to be in the manifest; empty for an absent field. */
  private String goal(Facts facts) {
    return direction == Direction.BACK ? before(facts) : facts.postgres().knownLineage();
  }

  private String origin(Facts facts) {
    return direction == Direction.BACK ? facts.postgres().knownLineage() : before(facts);
  }

  private static String before(Facts facts) {
    return Lineage.explicit(manifest(facts));
  }

  private static String former(Facts facts) {
    return Archiving.serverName(manifest(facts));
  }

  private static ObjectNode manifest(Facts facts) {
    return facts.postgres().knownDatabase().knownManifest();
  }
}
