package dev.salvor.app;

import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Interlock;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code helm test} asks, with Salvor's own account: are its kinds there, may it read what is
 * there, does the API server hold it to its rules. Changes nothing.
 */
record SelfCheck(ClusterReader cluster, String release, Surroundings around) {
  /**
   * @param failures what has to be mended, one sentence each
   * @param remarks what is as somebody may want it
   */
  record Findings(List<String> failures, List<String> remarks) {
    Findings {
      failures = List.copyOf(failures);
      remarks = List.copyOf(remarks);
    }
  }

  Findings run() {
    var failures = new ArrayList<String>();
    var remarks = new ArrayList<String>();
    for (var kind : Kinds.ALL) {
      var own = kind.group().equals(Marks.GROUP);
      if (!cluster.serves(kind)) {
        if (own)
          failures.add(
              "the kind %s is not installed: install the chart with crds.enabled=true, or apply crds/yaml"
                  .formatted(kind.kind()));
        continue;
      }
      if (readable(kind)) continue;
      var text =
          "may not read %s.%s %s"
              .formatted(
                  kind.plural(),
                  kind.group(),
                  where(kind).contains("")
                      ? "everywhere"
                      : "in " + String.join(", ", new TreeSet<>(where(kind))));
      if (own) failures.add(text + ": install the chart again");
      else remarks.add(text + ": a recovery that meets one stops; see features.* of the chart");
    }
    var interlock = new Interlock(cluster, release, around.scope());
    if (interlock.expected()) failures.addAll(interlock.holes());
    else remarks.add("no admission policies: admissionPolicy.enabled is false");
    return new Findings(failures, remarks);
  }

  private boolean readable(Kind kind) {
    return where(kind).stream()
        .allMatch(namespace ->
            cluster.allowed("get", kind, namespace) && cluster.allowed("list", kind, namespace));
  }

  /** The namespaces where it has to; "" for all. */
  private Set<String> where(Kind kind) {
    if (!around.scope().narrow() || !kind.namespaced()) return Set.of("");
    return kind.group().equals(Kinds.BACKUP.group())
        ? Set.of(around.velero())
        : around.scope().namespaces();
  }
}
