package dev.salvor.gitops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Before;
import dev.salvor.kube.Edit;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applications of Argo CD. {@code automated.enabled: false} (Argo CD >= 3.1) is a field more than
 * Git has, which a parent does not count as a difference; where the API server drops the field,
 * {@code automated} has to go. A refresh that began before may still start a sync: refreshes of one
 * Application are serialised, and the annotation is taken away only by one that saw it (argo-cd
 * controller/appcontroller.go).
 *
 * <p>The whole of {@code automated} is recorded, because both ways are given back by it, and
 * because taking {@code enabled} out of a block that did not exist before would leave {@code {}},
 * which is automated sync switched on. An Application without the block is not touched.
 */
enum ArgoBrake implements Brake {
  INSTANCE;

  static final String REFRESH = "argocd.argoproj.io/refresh";
  static final String TRACKING = "argocd.argoproj.io/tracking-id";
  static final String AUTOMATED = "/spec/syncPolicy/automated";
  static final String ENABLED = AUTOMATED + "/enabled";
  private static final String PHASE = "/status/operationState/phase";
  private static final Set<String> BUSY = Set.of("Running", "Terminating");
  private static final Duration LONG_SYNC = Duration.ofMinutes(5);

  @Override
  public ObjectNode before(Seen owner) {
    return Before.of(owner, List.of(AUTOMATED));
  }

  @Override
  public String field() {
    return ENABLED;
  }

  @Override
  public boolean stands(Seen owner) {
    return !owner.has(AUTOMATED) || !owner.at(ENABLED).asBoolean(true);
  }

  @Override
  public Optional<String> writing(Seen owner) {
    if (!owner.has("/operation") && !BUSY.contains(owner.text(PHASE))) return Optional.empty();
    var who = owner.text("/operation/initiatedBy/username");
    return Optional.of(
        "a sync of "
            + owner.ref().text()
            + " is under way"
            + (who.isEmpty() ? "" : ", started by " + who));
  }

  @Override
  public Edit hold(Seen owner, Run run, Instant started) {
    return Before.hold(owner, run, before(owner)).set(ENABLED, false).annotate(REFRESH, "normal");
  }

  @Override
  public Optional<Edit> harder(Seen owner) {
    // signed by us in the same patch, and yet the field is absent: this version does not know it
    return owner.has(AUTOMATED) && !owner.has(ENABLED)
        ? Optional.of(owner.edit().remove(AUTOMATED).annotate(REFRESH, "normal"))
        : Optional.empty();
  }

  @Override
  public Optional<Edit> cut(Seen owner, Instant now) {
    var started = owner.time("/status/operationState/startedAt");
    return owner.has("/operation")
            && owner.text(PHASE).equals("Running")
            && started.isPresent()
            && started.get().plus(LONG_SYNC).isBefore(now)
        // what Argo CD's own API server does to terminate; Applications have no status subresource
        ? Optional.of(owner.edit().set(PHASE, "Terminating"))
        : Optional.empty();
  }

  @Override
  public Optional<String> unconfirmed(Seen owner) {
    return owner.annotation(REFRESH).isEmpty()
        ? writing(owner)
        : Optional.of("Argo CD has not yet refreshed " + owner.ref().text());
  }

  /**
   * While Git cannot be reached a refresh returns early and leaves its annotation; it starts no
   * sync then, either.
   */
  @Override
  public boolean blind(Seen owner) {
    return !owner.condition("ComparisonError").isMissingNode();
  }

  @Override
  public Duration patience(Seen owner) {
    return Duration.ofMinutes(15);
  }

  @Override
  public Edit release(Seen owner, @Nullable ObjectNode before, Run run, Instant now) {
    return Before.giveBack(owner, before).annotate(REFRESH, "normal");
  }

  @Override
  public Optional<String> unsettled(Seen owner) {
    if (stands(owner)) return Optional.empty();
    if (!owner.annotation(REFRESH).isEmpty()) {
      return Optional.of("Argo CD has not yet refreshed " + owner.ref().text());
    }
    var writing = writing(owner);
    if (writing.isPresent()) return writing;
    var sync = owner.text("/status/sync/status");
    return sync.equals("Synced")
        ? Optional.empty()
        : Optional.of(owner.ref().text() + " is " + (sync.isEmpty() ? "not yet compared" : sync));
  }

  @Override
  public String controller(Ref owner) {
    return "argocd-application-controller";
  }
}
