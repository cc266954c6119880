package dev.salvor.api;

import io.fabric8.kubernetes.client.CustomResource;

/**
 * One recovery: the shape that all kinds share, so that one reconciler, one status and one set of
 * tools serve them all.
 *
 * @param <S> what is to be recovered, from what, to where
 */
public abstract class Recovery<S extends RecoverySpec> extends CustomResource<S, RecoveryStatus> {
  /** How this recovery signs what it holds and condemns. */
  public String by() {
    var meta = getMetadata();
    var namespace = meta.getNamespace() == null ? "" : meta.getNamespace();
    return Marks.by(getKind(), namespace, meta.getName(), meta.getUid());
  }

  /** This recovery as an object reference. */
  public Ref ref() {
    return new Ref(
        getApiVersion(), getKind(), getMetadata().getNamespace(), getMetadata().getName());
  }
}
