package dev.salvor.recovery;

import static dev.salvor.engine.Again.named;

import dev.salvor.api.Facts;
import dev.salvor.api.Plan.Target;
import dev.salvor.api.Ref;
import dev.salvor.api.VolumeSource.Capture;
import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.engine.Step;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.movers.ForgetCaptures;
import dev.salvor.movers.GiveBackCaptures;
import dev.salvor.movers.KeepCaptures;
import dev.salvor.movers.RestartWorkloads;
import dev.salvor.movers.SyncExternalSecrets;
import dev.salvor.movers.WriteCaptures;
import dev.salvor.recovery.CheckPermissions.Need;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What follows a restore by a Job; nothing for any other source. */
record FollowUps(@Nullable RestoreJob job, ClusterWriter cluster, Destroyer destroyer, Run run) {

  /** While the Job and its log are still there. */
  List<Step<Facts>> proven() {
    if (job == null || job.allCaptures().isEmpty()) return List.of();
    return List.of(new KeepCaptures(cluster, destroyer, run, job));
  }

  /** Before anything starts on the new data. */
  List<Step<Facts>> exchanged() {
    if (job == null || job.allCaptures().isEmpty()) return List.of();
    return List.of(new WriteCaptures(cluster, run, job));
  }

  List<Step<Facts>> started() {
    return List.copyOf(acts());
  }

  List<Step<Facts>> undone() {
    if (job == null || job.allCaptures().isEmpty()) return List.of();
    return List.of(new GiveBackCaptures(cluster, destroyer, run, job));
  }

  List<Step<Facts>> startedAgain() {
    return acts().stream().<Step<Facts>>map(act -> named("Undo" + act.name(), act)).toList();
  }

  /** Once no way back needs what was kept. */
  List<Act<Facts>> over() {
    if (job == null || job.allCaptures().isEmpty()) return List.of();
    return List.of(new ForgetCaptures(cluster, destroyer, run));
  }

  private List<Act<Facts>> acts() {
    var acts = new ArrayList<Act<Facts>>();
    if (job != null && !job.allExternalSecrets().isEmpty())
      acts.add(new SyncExternalSecrets(cluster, job));
    if (job != null && !job.allRestarts().isEmpty()) acts.add(new RestartWorkloads(cluster, job));
    return acts;
  }

  List<Need> needs(String namespace) {
    var needs = new ArrayList<Need>();
    if (job == null) return needs;
    if (!job.allCaptures().isEmpty())
      Need.all(needs, Kinds.SECRET, namespace, "get", "create", "patch", "delete");
    if (!job.allExternalSecrets().isEmpty())
      Need.all(needs, Kinds.EXTERNAL_SECRET, namespace, "get", "patch");
    for (var restart : job.allRestarts())
      needs.add(new Need("patch", Kinds.of(RestartWorkloads.ref(restart, namespace)), namespace));
    return needs.stream().distinct().toList();
  }

  /** For the plan: names and keys, never a value. */
  static List<Target> targets(@Nullable RestoreJob job, Run run, String namespace) {
    var targets = new ArrayList<Target>();
    if (job == null) return targets;
    if (!job.allCaptures().isEmpty())
      targets.add(
          target(
              "Create",
              KeepCaptures.keeper(run, namespace),
              "keeps what the Job prints, and what the Secrets had, until the undo ends"));
    var keys =
        job.allCaptures().stream()
            .collect(
                Collectors.groupingBy(
                    Capture::secret,
                    TreeMap::new,
                    Collectors.mapping(Capture::key, Collectors.joining(", "))));
    keys.forEach((secret, written) ->
        targets.add(
            target(
                "Change",
                Kinds.SECRET.ref(namespace, secret),
                "after the exchange, by what the Job prints: " + written)));
    for (var name : job.allExternalSecrets())
      targets.add(
          target(
              "Change",
              Kinds.EXTERNAL_SECRET.ref(namespace, name),
              "after the exchange, to fetch anew"));
    for (var restart : job.allRestarts())
      targets.add(
          target("Restart", RestartWorkloads.ref(restart, namespace), "after the exchange"));
    return targets;
  }

  private static Target target(String action, Ref ref, String note) {
    return new Target(action, ref, null, note);
  }
}
