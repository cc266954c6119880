package dev.salvor.movers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.VolumeSource;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Write;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Has a new claim filled beside the one to recover: of the same shape, in the same namespace,
 * because the Secrets are there, by a ReplicationDestination of our own that nobody in Git knows
 * and that restores once, or by a Job. Production is not touched.
 */
public record RestoreVolume(ClusterWriter cluster, Destroyer destroyer, Run run, VolumeSource from)
    implements Act<Facts> {
  /** Its manual trigger: one restore, not an endless row of them. */
  static final String TRIGGER = "once";

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var claim = claim(facts, run);
    var there = cluster.get(claim);
    if (there.isEmpty()) return createClaim(cluster, facts, run, null);
    if (!there.get().label(Marks.RUN).equals(run.uid())) return taken(claim);
    var job = from.job();
    var mover = mover(facts, run, from);
    var restore = cluster.get(mover);
    if (restore.isEmpty())
      return create(
          cluster,
          job == null ? restore(facts, mover) : FillingJob.manifest(job, mover, claim.name(), run));
    if (!restore.get().label(Marks.RUN).equals(run.uid())) return taken(mover);
    return Outcome.done(mover.text() + " fills claim " + claim.name());
  }

  /** The copy with all that belongs to it; once its volume is kept, that outlives it. */
  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var removal = new Removal(cluster, destroyer, run);
    return removal
        .movers(facts)
        .or(() -> removal.claims(facts))
        .orElseGet(() -> Outcome.done("nothing is left of the restore beside"));
  }

  /** The claim that is filled. */
  public static Ref claim(Facts facts, Run run) {
    return Kinds.PVC.ref(
        facts.knownTarget().namespace(), run.restoreName(facts.restore().attempt()));
  }

  /** What fills it. */
  public static Ref mover(Facts facts, Run run, VolumeSource from) {
    if (from.longhorn() != null) return RestoreLonghorn.volume(facts, run);
    return from.job() == null ? destination(facts, run) : FillingJob.ref(facts, run);
  }

  static Ref destination(Facts facts, Run run) {
    return Kinds.REPLICATION_DESTINATION.ref(
        facts.knownTarget().namespace(), run.restoreName(facts.restore().attempt()));
  }

  static Outcome create(ClusterWriter cluster, ObjectNode manifest) {
    var write = new Write.Create(manifest);
    try {
      cluster.write(write);
    } catch (ClusterException.AlreadyExists lost) {
      return Outcome.wrote(write.ref().text() + " is there, looking whose it is");
    }
    return Outcome.wrote("made " + write.ref().text());
  }

  /**
   * Makes the claim.
   *
   * @param volume the PersistentVolume it is to be bound to; null for a new one of its class
   */
  static Outcome createClaim(ClusterWriter cluster, Facts facts, Run run, @Nullable String volume) {
    var manifest = facts.volumes().getFirst().manifest();
    if (manifest == null)
      return Outcome.failed(
          "ClaimUnknown",
          "there is no record of what the claim looks like",
          "Create the claim from its manifest, then raise spec.retry by one");
    var copy = copy(manifest, claim(facts, run), run);
    if (volume != null) copy.withObject("/spec").put("volumeName", volume);
    return create(cluster, copy);
  }

  /** Of the same shape, and empty: who fills the other one must not fill this one. */
  private static ObjectNode copy(ObjectNode manifest, Ref claim, Run run) {
    var copy = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    marked(copy, claim, run);
    var spec = manifest.path("spec").deepCopy();
    if (spec instanceof ObjectNode fields) {
      fields.remove("dataSource");
      fields.remove("dataSourceRef");
      fields.remove("selector");
    }
    copy.set("spec", spec);
    return copy;
  }

  private ObjectNode restore(Facts facts, Ref ref) {
    var source = facts.knownSource();
    var restore =
        Json.object()
            .put("apiVersion", Kinds.REPLICATION_DESTINATION.apiVersion())
            .put("kind", Kinds.REPLICATION_DESTINATION.kind());
    marked(restore, ref, run);
    var spec = restore.putObject("spec");
    spec.putObject("trigger").put("manual", TRIGGER);
    var settings = source.settings();
    var mover = settings == null ? Json.object() : settings.deepCopy();
    mover.put("destinationPVC", claim(facts, run).name());
    spec.set(source.mover(), mover);
    return restore;
  }

  private static void marked(ObjectNode object, Ref ref, Run run) {
    object
        .putObject("metadata")
        .put("name", ref.name())
        .put("namespace", ref.namespace())
        .putObject("labels")
        .put(Marks.RUN, run.uid())
        .put(Marks.EXCLUDE_FROM_BACKUP, "true");
  }

  static Outcome taken(Ref ref) {
    return Outcome.failed(
        "NameTaken",
        ref.text() + " exists and is not of this recovery",
        "Delete it, then raise spec.retry by one");
  }
}
