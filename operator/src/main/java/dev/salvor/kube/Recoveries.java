package dev.salvor.kube;

import dev.salvor.api.Marks;
import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
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
