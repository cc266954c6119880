package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Json;
import dev.salvor.kube.Run;
import java.util.Optional;

/** Takes the request for hibernation off a Cluster, or gives it back as it was. */
record Waking(ClusterWriter cluster, Run run) {
  /** Annotation on a Cluster we hold: since when it is asked to hibernate. */
  static final String SINCE = Marks.GROUP + "/hibernation-since";

  /** The write that is missing; empty if nothing asks for hibernation any more. */
  Optional<Outcome> next(Facts facts, CnpgCluster live) {
    var seen = live.seen();
    if (!Before.heldBy(seen, run) && !live.hibernationAsked()) return Optional.empty();
    // a person may have taken the annotation with our record away; the facts still know
    var former =
        facts
            .postgres()
            .knownDatabase()
            .knownManifest()
            .at("/metadata/annotations")
            .path(Cnpg.HIBERNATION);
    var before = Json.object();
    if (former.isTextual()) before.set(Before.annotation(Cnpg.HIBERNATION), former);
    else before.putNull(Before.annotation(Cnpg.HIBERNATION));
    cluster.write(Before.giveBack(seen, before).annotate(SINCE, null).write());
    return Optional.of(Outcome.wrote("waking " + seen.ref().text()));
  }
}
