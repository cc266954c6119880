package dev.salvor.kube;

import dev.salvor.api.Marks;
import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;

/**
 * The recoveries themselves, past every cache, for the one place where JOSDK cannot write a status:
 * the clean-up of a deleted one.
 */
public final class Recoveries {
  private final Clients clients;

  public Recoveries(Clients clients) {
    this.clients = clients;
  }

  /** As it is now; empty if it is gone. */
  public <R extends Recovery<? extends RecoverySpec>> Optional<R> live(R recovery) {
    return Optional.ofNullable(clients.reading().resource(recovery).get());
  }

  /**
   * Why the API server will not take a status, now or later; empty for an answer that may change by
   * itself. A CRD older than the operator answers so: 422 for a value that it does not know, 400 or
   * 500 for a field (kubernetes apimachinery pkg/util/managedfields, failed to create typed patch
   * object).
   */
  public Optional<String> refusal(Exception answer) {
    if (!(answer instanceof KubernetesClientException e)) return Optional.empty();
    var message = String.valueOf(e.getMessage());
    var forGood =
        e.getCode() == 400
            || e.getCode() == 422
            || e.getCode() == 500 && message.contains("failed to create typed patch object");
    return forGood ? Optional.of(message) : Optional.empty();
  }

  /**
   * Server-side apply of the status with the resourceVersion that {@code locked} carries: a stale
   * writer gets 409 (experiments E-4).
   *
   * @param locked name, namespace, uid, resourceVersion and the whole status; no spec
   */
  public <R extends Recovery<? extends RecoverySpec>> void commit(R locked) {
    var context =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Marks.MANAGER)
            .withForce(true)
            .build();
    clients.writing().resource(locked).subresource("status").patch(context);
  }
}
