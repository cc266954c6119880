package dev.salvor.workloads;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Edit;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.util.Optional;

/**
 * What a check said, kept as a ConfigMap in the target namespace, where the owner of the data may
 * read it (swap.md T3); one entry per attempt. It outlives the Job and the recovery.
 */
record CheckLog(ClusterReader cluster, Run run) {
  static final int LINES = 50;
  private static final int CHARACTERS = 16_000;

  /** The write that is missing until the result of this Job is kept; empty if it is. */
  Optional<Write> missing(CheckJob check, Seen job, Facts facts) {
    var ref = ref(check, facts);
    var seen = cluster.get(ref);
    if (seen.isPresent() && kept(seen.get(), check).equals(job.uid())) return Optional.empty();
    var jobs = new CheckJobs(cluster, run);
    var log = jobs.log(job, LINES);
    var end = log.substring(Math.max(0, log.length() - CHARACTERS));
    var verdict = CheckJobs.passed(job) ? "passed" : "failed: " + jobs.whyFailed(job);
    var backup = facts.backup() == null ? "" : " with backup " + facts.backup().name();
    if (seen.isEmpty()) {
      var map = JsonNodeFactory.instance.objectNode();
      map.put("apiVersion", ref.apiVersion()).put("kind", ref.kind());
      map.putObject("metadata")
          .put("name", ref.name())
          .put("namespace", ref.namespace())
          .putObject("labels")
          .put(Marks.RUN, run.uid());
      var data = map.putObject("data");
      data.put(key(check, "job"), job.uid());
      data.put(key(check, "result"), verdict + backup);
      data.put(key(check, "log"), end);
      return Optional.of(new Write.Create(map));
    }
    Edit edit = seen.get().edit().label(Marks.RUN, run.uid());
    edit.set("/data/" + key(check, "job"), job.uid());
    edit.set("/data/" + key(check, "result"), verdict + backup);
    edit.set("/data/" + key(check, "log"), end);
    return Optional.of(edit.write());
  }

  /** The last lines that were kept, for a message. */
  String tail(CheckJob check, Facts facts, int lines) {
    var log =
        cluster
            .get(ref(check, facts))
            .map(map -> map.text("/data/" + key(check, "log")))
            .orElse("")
            .lines()
            .toList();
    return String.join("\n", log.subList(Math.max(0, log.size() - lines), log.size()));
  }

  /** Another owner's ConfigMap of that name is left alone. */
  Ref ref(CheckJob check, Facts facts) {
    var suffix = "-check-" + check.check().name();
    var recovery = run.ref().name();
    var fits = recovery.substring(0, Math.min(recovery.length(), 240 - suffix.length()));
    var namespace = facts.knownTarget().namespace();
    var ref = Kinds.CONFIG_MAP.ref(namespace, fits + suffix);
    var foreign = cluster.get(ref).filter(map -> map.label(Marks.RUN).isEmpty()).isPresent();
    return foreign ? Kinds.CONFIG_MAP.ref(namespace, fits + suffix + "-" + run.shortId()) : ref;
  }

  private static String kept(Seen map, CheckJob check) {
    return map.text("/data/" + key(check, "job"));
  }

  private static String key(CheckJob check, String what) {
    return "attempt-" + check.attempt() + "." + what;
  }
}
