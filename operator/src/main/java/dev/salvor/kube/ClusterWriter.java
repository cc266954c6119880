package dev.salvor.kube;

import dev.salvor.api.Victim;

/** Every write of the operator, one request each, never repeated by the client. */
public interface ClusterWriter extends ClusterReader {
  /** The object as it is afterwards. Throws {@link ClusterException}. */
  Seen write(Write write);

  /**
   * DELETE with preconditions UID and resourceVersion, background propagation. An object that is
   * gone, or another one of that name, is no error: the caller looks again. Only for {@link
   * Destroyer} (S1); ArchUnit forbids every other caller.
   *
   * @throws ClusterException.Conflict if the object has another resourceVersion
   */
  void delete(Victim victim, String resourceVersion);

  /**
   * The same for a pod whose kubelet is gone for good: with a grace period of zero the API server
   * forgets it without waiting for anybody. That says that its processes run no more.
   */
  void expel(Victim pod, String resourceVersion);
}
