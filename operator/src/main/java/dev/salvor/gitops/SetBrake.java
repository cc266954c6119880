package dev.salvor.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.Before;
import dev.salvor.kube.Edit;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ApplicationSets of Argo CD. A set writes spec, labels and annotations of its Applications anew at
 * once, so no hold of a child sticks without the set. It is told to leave {@code spec.syncPolicy}
 * of its Applications alone ({@code ignoreApplicationDifferences}) and to keep our annotations
 * ({@code preservedFields}); all else goes on. That is additive, survives a parent that does not
 * declare those fields, needs no other Application to stop, and unlike {@code applicationsSync} no
 * operator flag can make the controller ignore it.
 *
 * <p>The rule has no {@code name} on purpose: it is then the same however many Applications of the
 * set are held.
 *
 * <p>The sign of life: {@code application-set-refresh} is taken away at the end of a reconcile that
 * saw it (argo-cd applicationset/controllers/applicationset_controller.go), and the reconciles of
 * one set are serialised.
 */
enum SetBrake implements Brake {
  INSTANCE;

  static final String REFRESH = "argocd.argoproj.io/application-set-refresh";
  static final String IGNORED = "/spec/ignoreApplicationDifferences";
  static final String PRESERVED = "/spec/preservedFields";
  private static final String SYNC_POLICY = "/spec/syncPolicy";

  @Override
  public ObjectNode before(Seen owner) {
    return Before.of(owner, List.of(IGNORED, PRESERVED));
  }

  @Override
  public String field() {
    return IGNORED;
  }

  @Override
  public boolean stands(Seen owner) {
    for (var rule : owner.at(IGNORED)) {
      if (rule.path("name").asText("").isEmpty()) {
        for (var pointer : rule.path("jsonPointers")) {
          if (pointer.asText().equals(SYNC_POLICY)) return true;
        }
      }
    }
    return false;
  }

  @Override
  public Optional<String> writing(Seen owner) {
    return Optional.empty();
  }

  @Override
  public Edit hold(Seen owner, Run run, Instant started) {
    var rules = copy(owner.at(IGNORED));
    rules.addObject().putArray("jsonPointers").add(SYNC_POLICY);
    var kept = copy(owner.at(PRESERVED + "/annotations"));
    kept.add(Marks.HELD_BY).add(Marks.BEFORE);
    return Before.hold(owner, run, before(owner))
        .set(IGNORED, rules)
        .set(PRESERVED + "/annotations", kept)
        .annotate(REFRESH, "true");
  }

  @Override
  public Optional<String> unconfirmed(Seen owner) {
    return owner.annotation(REFRESH).isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the ApplicationSet controller has not yet said that its last run of "
                + owner.ref().text()
                + " is over");
  }

  @Override
  public Duration patience(Seen owner) {
    return Duration.ofMinutes(10);
  }

  @Override
  public Edit release(Seen owner, @Nullable ObjectNode before, Run run, Instant now) {
    return Before.giveBack(owner, before);
  }

  @Override
  public Optional<String> unsettled(Seen owner) {
    return Optional.empty();
  }

  @Override
  public String controller(Ref owner) {
    return "argocd-applicationset-controller";
  }

  private static ArrayNode copy(JsonNode list) {
    return list instanceof ArrayNode array
        ? array.deepCopy()
        : JsonNodeFactory.instance.arrayNode();
  }
}
