package dev.salvor.movers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Edit;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Secret of the recovery's own, from the proof until the undo ends: what the Job has printed
 * ({@code new-0}, {@code new-1}, ... as in {@code spec.source.job.captures}) and what the keys had
 * before ({@code old-0}, ...; absent for a key that was not there). Values stay in base64.
 */
final class CaptureKeeper {
  private static final String RECORDED = "recorded";

  private CaptureKeeper() {}

  static Ref ref(Run run, String namespace) {
    return Kinds.SECRET.ref(namespace, "salvor-" + run.shortId() + "-captures");
  }

  /** If it is of this run. */
  static Optional<Seen> kept(ClusterReader cluster, Run run, String namespace) {
    return cluster
        .get(ref(run, namespace))
        .filter(seen -> seen.label(Marks.RUN).equals(run.uid()) && !seen.terminating());
  }

  static ObjectNode manifest(Run run, String namespace, Captured captured) {
    var keeper = Json.object().put("apiVersion", "v1").put("kind", "Secret");
    var metadata = keeper.putObject("metadata");
    metadata.put("name", ref(run, namespace).name()).put("namespace", namespace);
    metadata.putObject("labels").put(Marks.RUN, run.uid()).put(Marks.EXCLUDE_FROM_BACKUP, "true");
    if (Objects.equals(run.ref().namespace(), namespace))
      metadata
          .putArray("ownerReferences")
          .addObject()
          .put("apiVersion", run.ref().apiVersion())
          .put("kind", run.ref().kind())
          .put("name", run.ref().name())
          .put("uid", run.uid());
    keeper.set("data", data(captured));
    return keeper;
  }

  static ObjectNode data(Captured captured) {
    var data = Json.object();
    for (var i = 0; i < captured.values().size(); i++)
      data.put(
          "new-" + i,
          Base64.getEncoder()
              .encodeToString(captured.values().get(i).getBytes(StandardCharsets.UTF_8)));
    return data;
  }

  static String fresh(Seen keeper, int capture) {
    return keeper.text("/data/new-" + capture);
  }

  /** Null for a key that was not there. */
  static @Nullable String before(Seen keeper, int capture) {
    var value = keeper.text("/data/old-" + capture);
    return keeper.has("/data/old-" + capture) ? value : null;
  }

  /** True once it says what the keys had before: nothing was written before that. */
  static boolean recorded(Seen keeper) {
    return keeper.annotation(Marks.BEFORE).equals(RECORDED);
  }

  static void record(Edit keeper) {
    keeper.annotate(Marks.BEFORE, RECORDED);
  }
}
