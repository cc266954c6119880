package dev.salvor.nodeloss;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.api.Ref;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.api.VolumeSource;
import dev.salvor.api.VolumeSource.Longhorn;
import dev.salvor.api.VolumeSource.VolSync;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The recoveries that this one starts: one NamespaceRestore for each namespace and backup, one
 * PostgresRecovery for each database of which nothing is left, one VolumeRecovery for each claim
 * that VolSync or Longhorn has, or a Job fills; at last one ArchiveReset for each archive that does
 * not go on. What they do was in the approved plan, so they approve themselves; they are ordinary
 * recoveries otherwise.
 */
record Children(Run run, NodeLossRecoverySpec wanted) {
  private static final Set<Way> ALONE = Set.of(Way.VolSync, Way.Longhorn, Way.Job);
  private static final Duration START_WITHIN = Duration.ofHours(2);

  /** One of them. */
  record Child(Ref ref, ObjectNode manifest) {}

  /** In the order in which they are started; the same facts give the same ones. */
  List<Child> of(Facts facts, Instant started) {
    var children = new ArrayList<Child>();
    var databases = new LinkedHashMap<Ref, StrandedClaim>();
    for (var row : facts.knownNode().going(Way.Postgres))
      databases.putIfAbsent(Objects.requireNonNull(row.owner()), row);
    databases.forEach((database, _) -> {
      var child =
          child(
              Kinds.POSTGRES_RECOVERY,
              Objects.requireNonNull(database.namespace()),
              database.name());
      spec(child, started)
          .put("cluster", database.name())
          .put("strategy", "InPlace")
          .putObject("target")
          .put("latest", true);
      children.add(new Child(ref(child, Kinds.POSTGRES_RECOVERY), child));
    });
    var restores = new LinkedHashMap<List<String>, List<StrandedClaim>>();
    for (var row : facts.knownNode().going(Way.Velero))
      restores
          .computeIfAbsent(
              List.of(row.namespace(), Objects.requireNonNull(row.source())),
              _ -> new ArrayList<>())
          .add(row);
    restores.forEach((key, rows) -> {
      var child = child(Kinds.NAMESPACE_RESTORE, key.getFirst(), key.getLast());
      var spec = spec(child, started).put("strategy", "InPlace");
      spec.putObject("backup").put("name", key.getLast());
      var names = spec.putObject("persistentVolumeClaims").putArray("names");
      rows.forEach(row -> names.add(row.claim()));
      mixed(spec, facts, rows);
      children.add(new Child(ref(child, Kinds.NAMESPACE_RESTORE), child));
    });
    for (var row : facts.knownNode().condemned()) {
      if (!ALONE.contains(row.way())) continue;
      var child = child(Kinds.VOLUME_RECOVERY, row.namespace(), row.claim());
      var spec = spec(child, started).put("persistentVolumeClaim", row.claim());
      spec.set("source", source(row));
      mixed(spec, facts, List.of(row));
      children.add(new Child(ref(child, Kinds.VOLUME_RECOVERY), child));
    }
    return children;
  }

  /** Of archives that do not go on. */
  List<Child> resets(Facts facts, Instant started) {
    return resets(facts.knownNode().unarchived(), started);
  }

  List<Child> resets(List<Ref> databases, Instant started) {
    var children = new ArrayList<Child>();
    for (var database : databases) {
      var child =
          child(Kinds.ARCHIVE_RESET, Objects.requireNonNull(database.namespace()), database.name());
      spec(child, started).put("cluster", database.name());
      children.add(new Child(ref(child, Kinds.ARCHIVE_RESET), child));
    }
    return children;
  }

  /** As a person gave it, or found. */
  private ObjectNode source(StrandedClaim row) {
    var word = wanted.source(row.namespace(), row.claim());
    var given =
        word.map(one -> new VolumeSource(one.volSync(), one.job(), pinned(row, one.longhorn())))
            .filter(one -> one.volSync() != null || one.job() != null || one.longhorn() != null)
            .orElseGet(() -> found(row));
    return Json.tree(given);
  }

  private static VolumeSource found(StrandedClaim row) {
    var source = Objects.requireNonNull(row.source());
    return row.way() == Way.Longhorn
        ? new VolumeSource(null, null, new Longhorn(source, null, null))
        : new VolumeSource(new VolSync(source, null, null), null, null);
  }

  /** The backup that was in the plan, also if a newer one has come since. */
  private static @Nullable Longhorn pinned(StrandedClaim row, @Nullable Longhorn given) {
    return given == null
        ? null
        : new Longhorn(Objects.requireNonNull(row.source()), null, given.numberOfReplicas());
  }

  /** Claims of one consumer that come back from several sources are of several times. */
  private static void mixed(ObjectNode spec, Facts facts, List<StrandedClaim> rows) {
    var own = rows.stream().map(StrandedClaim::uid).toList();
    var others =
        facts.knownNode().condemned().stream()
            .filter(row -> Rows.byChild(row) && row.way() != Way.Postgres)
            .filter(row -> row.namespace().equals(rows.getFirst().namespace()))
            .filter(row -> !own.contains(row.uid()))
            .map(StrandedClaim::claim)
            .sorted()
            .toList();
    if (others.isEmpty()) return;
    var accepted = spec.putArray("acceptMixedTimes");
    others.forEach(accepted::add);
  }

  private ObjectNode child(Kind kind, String namespace, String about) {
    var name = "nodeloss-" + run.shortId() + "-" + about;
    var manifest = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    var metadata =
        manifest
            .putObject("metadata")
            .put(
                "name",
                name.length() <= 63
                    ? name
                    : name.substring(0, 54)
                        + "-"
                        + Json.hash(Json.object().put("n", name)).substring(0, 8))
            .put("namespace", namespace);
    metadata.putObject("labels").put(Marks.RUN, run.uid());
    // to be deleted with it; a child that runs is aborted by that, as by any deletion
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", run.ref().apiVersion())
        .put("kind", run.ref().kind())
        .put("name", run.ref().name())
        .put("uid", run.uid());
    return manifest;
  }

  private static ObjectNode spec(ObjectNode child, Instant started) {
    return child
        .putObject("spec")
        .put("approval", "Automatic")
        .put("notAfter", started.plus(START_WITHIN).toString());
  }

  private static Ref ref(ObjectNode child, Kind kind) {
    return kind.ref(child.at("/metadata/namespace").asText(), child.at("/metadata/name").asText());
  }
}
