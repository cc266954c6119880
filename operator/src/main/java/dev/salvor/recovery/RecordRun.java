package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Json;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import dev.salvor.kube.Write;
import java.time.Duration;

/** Puts on record, outside the recovery, that it runs; see {@link CheckReplay}. */
record RecordRun(ClusterWriter cluster, Surroundings around, Run run, String intent)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    return put(Ledger.RAN, moment.started().toString());
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var entry = cluster.get(Ledger.ref(around, run.ref()));
    if (entry.isEmpty() || !entry.get().text("/data/uid").equals(run.uid()))
      return Outcome.done("nothing on record");
    return put(Ledger.TAKEN_BACK, moment.started().toString());
  }

  private Outcome put(String state, String at) {
    var ref = Ledger.ref(around, run.ref());
    var entry = cluster.get(ref);
    if (entry.isEmpty()) {
      var manifest = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
      var meta =
          manifest
              .putObject("metadata")
              .put("name", ref.name())
              .put("namespace", around.operator());
      meta.putObject("labels").put(Marks.EXCLUDE_FROM_BACKUP, "true");
      manifest
          .putObject("data")
          .put("recovery", run.ref().text())
          .put("uid", run.uid())
          .put("intent", intent)
          .put("state", state)
          .put("at", at);
      cluster.write(new Write.Create(manifest));
      return Outcome.wrote("putting the run on record");
    }
    var edit =
        entry
            .get()
            .edit()
            .set("/data/recovery", run.ref().text())
            .set("/data/uid", run.uid())
            .set("/data/intent", intent)
            .set("/data/state", state)
            .set("/data/at", at);
    if (edit.isEmpty()) return Outcome.done("on record");
    cluster.write(edit.write());
    return Outcome.wrote("putting the run on record");
  }
}
