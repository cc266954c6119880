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
}
