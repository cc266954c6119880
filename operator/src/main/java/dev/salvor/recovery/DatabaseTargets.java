package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.Plan.Target;
import dev.salvor.api.PostgresRecoverySpec;
import dev.salvor.api.Ref;
import dev.salvor.api.SafetyBackup;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.Kinds;
import dev.salvor.postgres.Names;
import dev.salvor.recovery.DatabasePlans.Way;
import java.util.ArrayList;
import java.util.List;

/** Every object that a PostgresRecovery will write, by the way that it takes. */
final class DatabaseTargets {
  private DatabaseTargets() {}

  static List<Target> of(PostgresRecoverySpec spec, Facts facts) {
    var target = facts.target();
    if (target == null) return List.of();
    var namespace = target.namespace();
    var database = facts.postgres().knownDatabase();
    var cluster = Kinds.CLUSTER.ref(namespace, database.name());
    var lineage = facts.postgres().lineage();
    var way = Way.of(facts);
    var targets = new ArrayList<Target>();
    if (way != Way.IN_PLACE) {
      var copy = Names.copy(facts);
      targets.add(create(Kinds.CLUSTER.ref(namespace, copy), "the copy, archiving to " + lineage));
      if (!spec.allChecks().isEmpty())
        targets.add(create(Kinds.JOB.ref(namespace, copy), "your checks, on the copy"));
      targets.add(
          create(
              Kinds.DATABASE_BACKUP.ref(namespace, copy), "the first base backup of " + lineage));
    }
    if (way == Way.BESIDE) return targets;
    if (spec.safety() != SafetyBackup.Skip && database.uid() != null)
      targets.add(
          create(
              Kinds.DATABASE_BACKUP.ref(namespace, database.name()),
              "a last base backup of what is there now"));
    if (way == Way.DRAIN)
      targets.add(
          create(
              Kinds.JOB.ref(namespace, database.name()),
              "reads where its WAL ends off the volume of the primary"));
    if (way == Way.SWAP || way == Way.DRAIN)
      targets.add(
          new Target("Hold", cluster, database.uid(), "hibernated, given the new lineage, woken"));
    else {
      if (database.uid() != null)
        targets.add(
            new Target("Delete", cluster, database.uid(), "makes way; its volumes are kept"));
      targets.add(
          create(
              cluster,
              (way == Way.ADOPT ? "adopts the recovered volumes" : "recovers from the archive")
                  + ", with its Secrets from before, archiving to "
                  + lineage));
      targets.add(
          create(
              Kinds.DATABASE_BACKUP.ref(namespace, database.name()),
              "a base backup of " + lineage));
    }
    addAll(targets, facts, way);
    return targets;
  }

  private static Target create(Ref ref, String note) {
    return new Target("Create", ref, null, note);
  }

  /** The same objects the other way round. */
  static List<Target> undo(Facts facts) {
    var targets = new ArrayList<Target>();
    addAll(targets, facts, Way.SWAP);
    return targets;
  }

  private static void addAll(List<Target> targets, Facts facts, Way way) {
    Plans.addHeld(targets, facts);
    var namespace = facts.knownTarget().namespace();
    for (var volume : facts.volumes()) {
      if (way == Way.IN_PLACE) addLeaving(targets, volume, namespace, "goes with the Cluster");
      else Plans.addPair(targets, volume, namespace);
    }
    for (var volume : facts.postgres().dropped())
      addLeaving(targets, volume, namespace, "CloudNativePG joins a new replica");
  }

  /** A claim that nobody creates again on another volume. */
  private static void addLeaving(
      List<Target> targets, VolumeFacts volume, String namespace, String note) {
    var old = volume.old();
    if (old != null)
      targets.add(
          new Target("Retain", Kinds.PV.ref(old.name()), old.uid(), "holds the data from before"));
    if (volume.claimUid() != null)
      targets.add(
          new Target("Delete", Kinds.PVC.ref(namespace, volume.claim()), volume.claimUid(), note));
  }
}
