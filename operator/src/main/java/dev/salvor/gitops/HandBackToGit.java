package dev.salvor.gitops;

import static dev.salvor.engine.Outcome.wrote;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.OwnerFacts;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.api.Ref;
import dev.salvor.api.StepStatus;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives GitOps back once Git says what the cluster says. An owner of the database stays held while
 * Git is behind; each new revision is tried under the guard of {@link GuardLineage}, and held again
 * if the API server refuses it.
 *
 * @param manual true while the person wants to say when
 * @param change the change that Git needs, for the message
 * @param present what is known of the revision that Git is at when this begins
 */
public record HandBackToGit(
    ClusterWriter cluster, Run run, boolean manual, String change, Present present)
    implements Act<Facts> {
  /** Whether the revision that Git is at needs the change. */
  public enum Present {
    /** It says what was right before: only another one is tried. */
    OUTDATED,
    /**
     * Git may never have had what is taken back here, and then it is right as it is: it is tried as
     * well, once.
     */
    UNKNOWN;

    /** Once Git was given back on the way there, its revision names what was recovered. */
    public static Present after(@Nullable RecoveryStatus before) {
      var steps = before == null ? null : before.steps();
      var given =
          steps != null
              && steps.stream()
                  .anyMatch(step ->
                      step.name().equals("HandBackToGit") && step.state() == StepStatus.State.Done);
      return given ? OUTDATED : UNKNOWN;
    }
  }

  /** How the message begins while Git is behind. */
  public static final String BEHIND = "GitBehind: ";

  private static final Duration REFRESH = Duration.ofMinutes(1);
  private static final Duration RECHECK = Duration.ofSeconds(10);

  /** None: a commit may take days, and giving up would leave the namespace frozen. */
  @Override
  public Duration deadline() {
    return Duration.ofDays(36_500);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var database = database(facts);
    if (!manual && database.isPresent()) {
      var owners = Owners.read(cluster);
      for (var owner : facts.owners().reversed()) {
        var next = next(owner, owners, database.get(), moment);
        if (next.isPresent()) return next.get();
      }
    }
    return new ResumeGitOps(cluster, run, manual).act(facts, moment);
  }

  /** What is left to do for one owner before the ones above it may go on; empty if nothing is. */
  private Optional<Outcome> next(OwnerFacts owner, Owners owners, Ref database, Moment moment) {
    var found = cluster.get(owner.ref()).filter(seen -> seen.uid().equals(owner.uid()));
    if (owner.alreadyHeld() || found.isEmpty() || !owners.manages(found.get(), database))
      return Optional.empty();
    var seen = found.get();
    if (!Before.heldBy(seen, run)) return given(seen, database, moment);
    var stale = refresh(seen, moment);
    if (stale.isPresent()) return stale;
    // one that somebody let go runs each revision by itself: the guard judges it, not its revision
    var behind =
        Brake.of(owner.ref()).stands(seen)
            ? behind(seen, database, moment)
            : Optional.<String>empty();
    if (behind.isPresent()) return Optional.of(behind(behind.get()));
    var edit = Brake.of(owner.ref()).release(seen, owner.before(), run, moment.now());
    cluster.write(edit.write());
    return Optional.of(wrote("Git has changed: giving back " + owner.ref().text()));
  }

  /** It runs again: refused by the guard it is held again, else it has to come to its end. */
  private Optional<Outcome> given(Seen seen, Ref database, Moment moment) {
    var brake = Brake.of(seen.ref());
    if (brake.stands(seen)) return Optional.empty();
    var unsettled = brake.unsettled(seen);
    if (unsettled.isEmpty()) return Optional.empty();
    if (!refused(seen, database))
      return Optional.of(
          Outcome.waiting("GitOps is given back, not settled yet: " + unsettled.get()));
    cluster.write(brake.hold(seen, run, moment.now()).write());
    return Optional.of(wrote("Git still names the old lineage: holding " + seen.ref().text()));
  }

  private Outcome behind(String why) {
    return Outcome.waiting(
        BEHIND + why + ". Commit this, GitOps then comes back by itself: " + change, RECHECK);
  }

  /** True if what its last run ended with is the refusal of our guard, for the lineage of now. */
  private boolean refused(Seen owner, Ref database) {
    if (!FluxBrake.answered(owner)) return false;
    var lineage = cluster.get(database).map(seen -> seen.annotation(Marks.LINEAGE)).orElse("");
    var told = Pattern.compile("serverName " + Pattern.quote(lineage) + "(?![-.\\w])");
    var words = new ArrayList<>(List.of(owner.text("/status/operationState/message")));
    for (var condition : owner.at("/status/conditions"))
      words.add(condition.path("message").asText());
    return words.stream().anyMatch(one -> one.contains(Marks.LINEAGE) && told.matcher(one).find());
  }

  /** Why Git does not say yet what the cluster says; empty if it may be tried. */
  private Optional<String> behind(Seen owner, Ref database, Moment moment) {
    if (Kinds.APPLICATION.of(owner.ref())) return application(owner, database, moment);
    if (present == Present.UNKNOWN) {
      // until then its status may be from before it was tried
      if (!FluxBrake.answered(owner))
        return Optional.of(owner.ref().text() + " has not yet answered the hold");
      if (!refused(owner, database)) return Optional.empty();
    }
    if (Kinds.HELM_RELEASE.of(owner.ref())) {
      // the hold is a generation of its own; a later one is a change of its values
      return owner.number("/metadata/generation", 0)
              <= owner.number("/status/lastAttemptedGeneration", 0) + 1
          ? Optional.of(owner.ref().text() + " has the values from before the recovery")
          : Optional.empty();
    }
    var source = source(owner);
    var revision = source.map(seen -> seen.text("/status/artifact/revision")).orElse("");
    if (revision.isEmpty())
      return Optional.of("the source of " + owner.ref().text() + " shows no revision");
    return revision.equals(owner.text("/status/lastAttemptedRevision"))
        ? Optional.of("Git is at " + revision + ", from before the recovery or without the change")
        : Optional.empty();
  }

  /** Argo CD compares without syncing: its own word on the Cluster is enough. */
  private static Optional<String> application(Seen owner, Ref database, Moment moment) {
    var compared = owner.time("/status/reconciledAt");
    if (compared.filter(time -> !time.isBefore(moment.started())).isEmpty())
      return Optional.of("Argo CD has not compared " + owner.ref().text() + " since");
    for (var resource : owner.at("/status/resources")) {
      var same =
          resource.path("kind").asText().equals(database.kind())
              && resource.path("name").asText().equals(database.name())
              && resource.path("namespace").asText().equals(String.valueOf(database.namespace()));
      if (same && !resource.path("status").asText().equals("Synced"))
        return Optional.of(
            "Argo CD shows "
                + database.text()
                + " as "
                + resource.path("status").asText()
                + " at "
                + owner.text("/status/sync/revision"));
    }
    return Optional.empty();
  }

  /** Has Argo CD compare again, now and then; Flux's sources fetch by themselves. */
  private Optional<Outcome> refresh(Seen owner, Moment moment) {
    if (!Kinds.APPLICATION.of(owner.ref()) || !owner.annotation(ArgoBrake.REFRESH).isEmpty())
      return Optional.empty();
    var compared = owner.time("/status/reconciledAt");
    var due =
        compared.isEmpty()
            || compared.get().isBefore(moment.started())
            || compared.get().plus(REFRESH).isBefore(moment.now());
    if (!due) return Optional.empty();
    cluster.write(owner.edit().annotate(ArgoBrake.REFRESH, "hard").write());
    return Optional.of(wrote("asking Argo CD to compare " + owner.ref().text() + " with Git"));
  }

  private Optional<Seen> source(Seen owner) {
    var kind = owner.text("/spec/sourceRef/kind");
    var namespace = owner.text("/spec/sourceRef/namespace");
    return List.of(Kinds.GIT_REPOSITORY, Kinds.OCI_REPOSITORY, Kinds.BUCKET).stream()
        .filter(each -> each.kind().equals(kind))
        .findFirst()
        .flatMap(each ->
            cluster.get(
                each.ref(
                    namespace.isEmpty() ? owner.namespace() : namespace,
                    owner.text("/spec/sourceRef/name"))));
  }

  private static Optional<Ref> database(Facts facts) {
    var database = facts.postgres().database();
    var target = facts.target();
    return database == null || target == null
        ? Optional.empty()
        : Optional.of(Kinds.CLUSTER.ref(target.namespace(), database.name()));
  }
}
