package dev.salvor.gitops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Before;
import dev.salvor.kube.Edit;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Kustomizations and HelmReleases of Flux. {@code spec.suspend} does not stop a run that has begun;
 * but work on one object is serialised, and a suspended object still answers a request: once {@code
 * status.lastHandledReconcileAt} is the request that came with the suspension, or a later one, no
 * older run goes on (kustomize-controller and helm-controller, finalizeStatus of a suspended
 * object).
 */
enum FluxBrake implements Brake {
  INSTANCE;

  static final String REQUESTED_AT = "reconcile.fluxcd.io/requestedAt";
  private static final String SUSPEND = "/spec/suspend";
  private static final Pattern GO_DURATION = Pattern.compile("([0-9.]+)(ms|s|m|h)");

  @Override
  public ObjectNode before(Seen owner) {
    return Before.of(owner, List.of(SUSPEND));
  }

  @Override
  public String field() {
    return SUSPEND;
  }

  @Override
  public boolean stands(Seen owner) {
    return owner.flag(SUSPEND);
  }

  @Override
  public Optional<String> writing(Seen owner) {
    return Optional.empty();
  }

  @Override
  public Edit hold(Seen owner, Run run, Instant started) {
    return Before.hold(owner, run, before(owner))
        .set(SUSPEND, true)
        .annotate(REQUESTED_AT, token(started, run, "hold"));
  }

  @Override
  public Optional<String> unconfirmed(Seen owner) {
    // a request that somebody else made after ours proves as much as ours does
    var handled = owner.text("/status/lastHandledReconcileAt");
    if (!handled.isEmpty() && handled.equals(owner.annotation(REQUESTED_AT))) {
      return Optional.empty();
    }
    var doing = owner.condition("Reconciling").path("message").asText("");
    return Optional.of(
        controller(owner.ref())
            + " has not yet said that its last run of "
            + owner.ref().text()
            + " is over"
            + (doing.isEmpty() ? "" : " (" + doing + ")"));
  }

  @Override
  public Duration patience(Seen owner) {
    var timeout = duration(owner.text("/spec/timeout"));
    var run =
        timeout.or(() -> duration(owner.text("/spec/interval"))).orElse(Duration.ofMinutes(5));
    return run.plusMinutes(2);
  }

  @Override
  public Edit release(Seen owner, @Nullable ObjectNode before, Run run, Instant now) {
    return Before.giveBack(owner, before).annotate(REQUESTED_AT, token(now, run, "resume"));
  }

  @Override
  public Optional<String> unsettled(Seen owner) {
    if (stands(owner)) return Optional.empty();
    if (!answered(owner)) return Optional.of(owner.ref().text() + " has not run again yet");
    if (owner.isTrue("Ready")) return Optional.empty();
    var ready = owner.condition("Ready");
    return Optional.of(
        owner.ref().text()
            + " is not Ready"
            + (ready.isMissingNode() ? "" : ": " + ready.path("message").asText()));
  }

  @Override
  public String controller(Ref owner) {
    return Kinds.HELM_RELEASE.of(owner) ? "helm-controller" : "kustomize-controller";
  }

  /**
   * True if it has run since it was last asked to: what its status says is of now. Always true of
   * what is not Flux's.
   */
  static boolean answered(Seen owner) {
    return owner.text("/status/lastHandledReconcileAt").equals(owner.annotation(REQUESTED_AT));
  }

  /** Any text will do, it only has to be new: both controllers compare it and nothing else. */
  private static String token(Instant time, Run run, String purpose) {
    return time + "/" + run.shortId() + "/" + purpose;
  }

  private static Optional<Duration> duration(String go) {
    var millis = 0.0;
    var parts = GO_DURATION.matcher(go);
    while (parts.find()) {
      var unit =
          switch (parts.group(2)) {
            case "ms" -> 1;
            case "s" -> 1000;
            case "m" -> 60_000;
            default -> 3_600_000;
          };
      millis += Double.parseDouble(parts.group(1)) * unit;
    }
    return millis > 0 ? Optional.of(Duration.ofMillis((long) millis)) : Optional.empty();
  }
}
