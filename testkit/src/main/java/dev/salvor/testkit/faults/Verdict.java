package dev.salvor.testkit.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.faults.Trial.Course;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What must hold however a recovery was disturbed (DESIGN section 4), read from the cluster at the
 * end and from the record of the operator's writes.
 */
final class Verdict {
  /** The time of the data, in the picture of a claim: {@code old}, {@code good}. */
  private static final Pattern HOLDS = Pattern.compile("\"holds\":\"Bound:([a-z]*)[^\"]*\"");

  private static final Pattern REFUSED = Pattern.compile("forbidden|forbids|is invalid");

  private static final Pattern CACHE = Pattern.compile("/volsync-(src|dst)-.+-cache$");

  private final Course undisturbed;
  private final Set<String> oldData;

  /**
   * @param undisturbed how the scenario goes when nobody disturbs it
   * @param oldData what was on the volumes of the claims before
   */
  Verdict(Course undisturbed, Set<String> oldData) {
    this.undisturbed = undisturbed;
    this.oldData = Set.copyOf(oldData);
  }

  /** What is wrong; empty if nothing is. */
  List<String> on(Trial trial, Course course) {
    var wrong = new ArrayList<String>();
    if (course.rejoined()) {
      destroyed(course, wrong);
      return wrong;
    }
    if (!course.ended()) return List.of("it did not end: " + where(course));
    var phase = course.stage().phase();
    if (transientOnly(trial)) {
      if (!phase.equals(trial.scenario().phase()))
        wrong.add("it ended as " + phase + ", not as " + trial.scenario().phase() + where(course));
      course.after().differences(undisturbed.after()).stream()
          // a retry checks once more, and its report says so
          .filter(line -> course.told().isEmpty() || !line.contains("-check-"))
          .forEach(wrong::add);
    } else if (!stopped(course)) {
      whole(course, wrong);
      leftovers(course, wrong);
    } else {
      afterStop(course, wrong);
    }
    explained(trial, course, wrong);
    destroyed(course, wrong);
    keptOld(course, wrong);
    return wrong;
  }

  private static boolean transientOnly(Trial trial) {
    return trial.disturbances().stream()
        .allMatch(one ->
            switch (one) {
              case Disturbance.AtWrite _, Disturbance.FromWrite _, Disturbance.Overtaken _ -> true;
              case Disturbance.AtTick(_, var what) ->
                  what == Happening.STALE || what == Happening.AWAY || what == Happening.VELERO;
            });
  }

  /** Whoever looks while a write is refused for good is told so. */
  private static void explained(Trial trial, Course course, List<String> wrong) {
    if (trial.disturbances().stream().anyMatch(Disturbance.FromWrite.class::isInstance)
        && !REFUSED.matcher(course.told()).find())
      wrong.add("nobody was told that a write was refused, but: " + course.told());
  }

  /** Behind the point of no return, in need of a person. */
  private static boolean stopped(Course course) {
    var resource = course.stage().resource();
    if (!resource.at("/status/phase").asText("").equals("Failed")) return false;
    for (var step : resource.at("/status/steps")) {
      var name = step.path("name").asText();
      if (name.equals("SwapVolumes")
          || name.equals("DeleteClaims")
          || name.equals("DeleteCluster")
          || name.equals("DeleteWorkloads")) return true;
    }
    return false;
  }

  /**
   * Every object as before or as after, and on all claims data of one time; the retained volumes
   * apart. A recovery of objects that is undone leaves the objects and exchanges the volumes.
   */
  private void whole(Course course, List<String> wrong) {
    var is = withoutVolumes(course.after()).objects();
    var before = withoutVolumes(course.stage().before()).objects();
    var after = new ArrayList<>(List.of(withoutVolumes(undisturbed.after()).objects()));
    // one that is deleted before its undo has begun leaves what it had come to
    undisturbed.rests().forEach(rest -> after.add(withoutVolumes(rest).objects()));
    var names = new TreeSet<>(is.keySet());
    names.addAll(before.keySet());
    var times = new TreeSet<String>();
    for (var name : names) {
      var there = is.getOrDefault(name, "absent");
      var data = HOLDS.matcher(there);
      // a claim that was not there before, and was not filled before the restore was stopped; and
      // the cache of a mover, whose content is nothing to anybody
      var unfilled =
          CACHE.matcher(name).find()
              || !before.containsKey(name) && data.find() && data.group(1).isEmpty();
      if (!unfilled && data.reset().find())
        times.add(data.group(1).isEmpty() ? "nothing" : data.group(1));
      var known = new ArrayList<>(List.of(before.getOrDefault(name, "absent")));
      after.forEach(one -> known.add(one.getOrDefault(name, "absent")));
      // what a restore that was stopped has brought need not be ready
      var young = !before.containsKey(name);
      if (known.stream().noneMatch(one -> without(one, young).equals(without(there, young))))
        wrong.add(name + where(course) + "\n      is      " + there + "\n      not     " + known);
    }
    if (times.size() > 1) wrong.add("data of several times: " + times + where(course));
  }

  private static String without(String object, boolean young) {
    var bare = HOLDS.matcher(object).replaceAll("");
    return young ? bare.replaceAll("\"ready\":[0-9]+", "") : bare;
  }

  private static Picture withoutVolumes(Picture picture) {
    var kept = new TreeMap<String, String>();
    picture
        .objects()
        .forEach((name, object) -> {
          var ledger = name.startsWith("ConfigMap") && name.contains("/salvor-ran-");
          var unplanned = name.endsWith("/unplanned");
          var lock = name.startsWith("Lease ");
          var report = name.startsWith("ConfigMap") && name.contains("-check-");
          // what a base backup holds is in the archive; its object stays beside it
          var backup = name.startsWith("Backup ") && name.contains("/salvor-");
          if (!name.startsWith("PersistentVolume #")
              && !ledger
              && !unplanned
              && !lock
              && !report
              && !backup) kept.put(name, object);
        });
    return new Picture(kept);
  }

  /** Nothing of ours is left but retained volumes. */
  private static void leftovers(Course course, List<String> wrong) {
    for (var kind : Kinds.ALL) {
      for (var object : course.stage().cluster().world().list(kind, "")) {
        var name = object.path("kind").asText() + " " + object.at("/metadata/name").asText();
        var annotations = object.at("/metadata/annotations");
        if (annotations.has(Marks.HELD_BY) && kind != Kinds.PV) wrong.add(name + " is still held");
        if (annotations.has(Marks.CONDEMNED) && !object.at("/metadata").has("deletionTimestamp"))
          wrong.add(name + " is condemned and lives");
        if (!object.at("/metadata/labels").has(Marks.RUN)) continue;
        // what a check said is kept for people (DESIGN D8)
        if (kind == Kinds.CONFIG_MAP && name.contains("-check-")) continue;
        if (kind == Kinds.NAMESPACE
            || kind == Kinds.NETWORK_POLICY
            || kind == Kinds.CONFIG_MAP
            || kind == Kinds.PVC
            || kind == Kinds.REPLICATION_DESTINATION
            || kind == Kinds.LONGHORN_VOLUME && !inUse(course, object))
          wrong.add(name + " is left");
        if (kind == Kinds.RESTORE && !ended(object)) wrong.add(name + " still runs");
      }
    }
    for (var lease : course.stage().cluster().world().list(Kinds.LEASE, "")) {
      if (lease.at("/spec").has("holderIdentity")) wrong.add("the lock is still held");
    }
  }

  /** What was exchanged, or is kept for an undo. */
  private static boolean inUse(Course course, ObjectNode volume) {
    return course.stage().cluster().world().list(Kinds.PV, "").stream()
        .anyMatch(pv -> pv.at("/spec/csi/volumeHandle").equals(volume.at("/metadata/name")));
  }

  private static boolean ended(ObjectNode restore) {
    return Set.of("Completed", "PartiallyFailed", "Failed", "FailedValidation")
        .contains(restore.at("/status/phase").asText());
  }

  /** Stopped for a person: every claim of before is there, bound, and holds data of one time. */
  private void afterStop(Course course, List<String> wrong) {
    var world = course.stage().cluster().world();
    for (var name : course.stage().before().objects().keySet()) {
      if (!name.startsWith("PersistentVolumeClaim " + course.stage().namespace() + "/")) continue;
      var claim =
          world.get(
              Kinds.PVC.ref(course.stage().namespace(), name.substring(name.indexOf('/') + 1)));
      if (claim.isEmpty()) {
        wrong.add(name + " is gone" + where(course));
        continue;
      }
      var pv = world.get(Kinds.PV.ref(claim.get().at("/spec/volumeName").asText("")));
      if (pv.isEmpty()) wrong.add(name + " has no volume" + where(course));
    }
  }

  /** S1, S3: at most once, and only what is ours or what the plan names. */
  private static void destroyed(Course course, List<String> wrong) {
    var planned = new HashSet<String>();
    var ours = new HashSet<String>();
    for (var write : course.stage().cluster().writes()) {
      var after = write.after();
      if (write.verb() == Recorded.Verb.CREATE
          && after != null
          && after.path("kind").asText().equals("Namespace"))
        ours.add(after.at("/metadata/name").asText());
      if (write.verb() == Recorded.Verb.STATUS && after != null)
        after
            .at("/status/plan/targets")
            .forEach(target -> planned.add(target.path("uid").asText()));
      if (write.verb() != Recorded.Verb.DELETE || !write.executed()) continue;
      var before = write.before();
      if (before == null) continue;
      var inOurs = ours.contains(before.at("/metadata/namespace").asText(""));
      var made = before.at("/metadata/labels").has(Marks.RUN);
      if (!inOurs && !made && !planned.contains(write.uid()))
        wrong.add("deleted outside of the plan: " + write);
    }
  }

  /** S5: what was on the volumes before is somewhere until the undo is over. */
  private void keptOld(Course course, List<String> wrong) {
    var there = Picture.data(course.stage().cluster());
    for (var data : oldData) {
      if (!there.contains(data)) wrong.add("the old data is gone: " + data);
    }
  }

  private static String where(Course course) {
    var resource = course.stage().resource();
    return "\n      phase   "
        + resource.at("/status/phase").asText()
        + "\n      step    "
        + resource.at("/status/step").asText()
        + "\n      message "
        + resource.at("/status/message").asText();
  }
}
