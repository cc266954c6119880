package dev.salvor.recovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Plan;
import dev.salvor.api.Plan.Target;
import dev.salvor.api.PostgresFacts.Diagnosis;
import dev.salvor.engine.Journal;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;

/** The plan of an ArchiveReset: a pure function of its facts. */
final class ResetPlans {
  private ResetPlans() {}

  static Optional<Plan> of(Run run, Journal<Facts> journal) {
    var facts = journal.facts();
    if (facts.postgres().database() == null) return Optional.empty();
    var complete = journal.in("PlanRecovery", Journal.State.DONE);
    var waits = journal.in("AwaitApproval", Journal.State.RUNNING);
    var hash = hash(run, facts);
    return Optional.of(
        new Plan(
            hash,
            null,
            waits ? hash : null,
            complete,
            summary(facts),
            Objects.toString(facts.postgres().diagnosis(), null),
            null,
            "nothing: the old archive stays as it is",
            "none: the database serves all the while",
            targets(facts)));
  }

  /** Covers intent, diagnosis, lineage and every object that is written, with its UID. */
  static String hash(Run run, Facts facts) {
    var known = facts.postgres();
    ObjectNode content =
        Json.object()
            .put("intent", facts.intent())
            .put("recovery", run.uid())
            .put("diagnosis", Objects.toString(known.diagnosis()))
            .put("lineage", known.lineage());
    var database = known.database();
    if (database != null) content.put("database", database.uid());
    var others = content.putArray("others");
    facts.schedules().forEach(one -> others.add(one.ref().text() + " " + one.uid()));
    facts.owners().forEach(one -> others.add(one.ref().text() + " " + one.uid()));
    return Json.hash(content);
  }

  /** What was found, in one sentence. */
  static String diagnosis(Facts facts) {
    var database = facts.postgres().database();
    var name = database == null ? "the Cluster" : "Cluster " + database.name();
    var diagnosis = facts.postgres().diagnosis();
    if (diagnosis == null) return "the archive of " + name + " has not been looked at yet";
    return switch (diagnosis) {
      case Sound -> "Sound: " + name + " archives, and its archive is whole";
      case MarkerOnly ->
          "MarkerOnly: the archive is of " + name + ", an instance only insists on an empty one";
      case Gap -> "Gap: the archive of " + name + " lacks WAL or a base backup";
      case Diverged -> "Diverged: the archive holds another history than that of " + name;
      case StoreFault -> "StoreFault: the store of " + name + " or its credentials are at fault";
    };
  }

  /** What has come of it. */
  static String outcome(Facts facts) {
    var diagnosis = facts.postgres().diagnosis();
    var found = diagnosis(facts);
    if (diagnosis == null || diagnosis == Diagnosis.Sound) return found;
    var mended =
        diagnosis == Diagnosis.Diverged
            ? "it archives to " + facts.postgres().lineage() + " now, with a base backup there"
            : "it archives again, with a new base backup";
    return "mended: " + mended + " (was " + found + ")";
  }

  private static String summary(Facts facts) {
    var lines = new ArrayList<String>();
    lines.add(diagnosis(facts) + ".");
    var diagnosis = facts.postgres().diagnosis();
    if (diagnosis != null)
      lines.add(
          switch (diagnosis) {
            case Sound -> "Nothing is to be done.";
            case MarkerOnly ->
                "The check is switched off until WAL is archived again, then on; a base backup is taken. The way back in time stays whole.";
            case Gap ->
                "A new base backup is taken. Moments before the gap stay recoverable up to it, not across it.";
            case Diverged ->
                "From now on the Cluster archives to "
                    + facts.postgres().lineage()
                    + ", which is empty; a base backup is taken there. The old archive stays.";
            case StoreFault -> "Nothing can be reset before that is mended.";
          });
    for (var finding : facts.findings())
      lines.add(
          (finding.severity() == Finding.Severity.Refusal ? "! " : "~ ")
              + finding.message()
              + ". "
              + finding.remedy());
    return String.join("\n", lines);
  }

  private static ArrayList<Target> targets(Facts facts) {
    var targets = new ArrayList<Target>();
    var target = facts.target();
    var diagnosis = facts.postgres().diagnosis();
    if (target == null || diagnosis == null || diagnosis == Diagnosis.Sound) return targets;
    var database = facts.postgres().knownDatabase();
    var ref = Kinds.CLUSTER.ref(target.namespace(), database.name());
    targets.add(
        new Target(
            "Create",
            Kinds.DATABASE_BACKUP.ref(target.namespace(), database.name()),
            null,
            "a base backup"));
    if (diagnosis == Diagnosis.MarkerOnly)
      targets.add(new Target("Hold", ref, database.uid(), "not asked for an empty archive"));
    if (diagnosis == Diagnosis.Diverged) {
      targets.add(
          new Target("Hold", ref, database.uid(), "archives to " + facts.postgres().lineage()));
      Plans.addHeld(targets, facts);
    }
    return targets;
  }
}
