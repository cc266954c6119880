package dev.salvor.app;

import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Interlock;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code helm test} asks, with Salvor's own account: are its kinds there, may it read what is
 * there, does the API server hold it to its rules. Changes nothing.
 */
record SelfCheck(ClusterReader cluster, String release) {
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
      var text = "may not read %s.%s everywhere".formatted(kind.plural(), kind.group());
      if (own) failures.add(text + ": install the chart again");
      else remarks.add(text + ": a recovery that meets one stops; see features.* of the chart");
    }
    if (release.isEmpty()) remarks.add("no admission policies: admissionPolicy.enabled is false");
    else failures.addAll(new Interlock(cluster, release).holes());
    return new Findings(failures, remarks);
  }

  private boolean readable(Kind kind) {
    return cluster.allowed("get", kind, "") && cluster.allowed("list", kind, "");
  }
}
