package dev.salvor.kube;

import java.util.Set;

/**
 * The namespaces that mean something to Salvor.
 *
 * @param operator where Salvor runs, keeps its locks, and may be told another target namespace
 * @param velero where the Velero server runs
 * @param guarded namespaces that no recovery may touch, besides {@code kube-*} and the two above
 * @param scope where Salvor has rights at all
 */
public record Surroundings(String operator, String velero, Set<String> guarded, Scope scope) {
  public Surroundings {
    guarded = Set.copyOf(guarded);
  }

  /** With rights everywhere. */
  public Surroundings(String operator, String velero, Set<String> guarded) {
    this(operator, velero, guarded, Scope.ALL);
  }
}
