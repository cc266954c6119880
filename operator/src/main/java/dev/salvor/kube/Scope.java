package dev.salvor.kube;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Where Salvor's account has its rights: by ClusterRoles in all namespaces, or by Roles in some.
 *
 * @param namespaces whose recoveries are run, and no recovery is about another; empty for all
 * @param gitops other namespaces that hold GitOps objects of those
 * @param account ServiceAccount of Salvor. In a shadow namespace, whose name nobody knows before,
 *     it is given its rights by a RoleBinding that Salvor makes there
 */
public record Scope(Set<String> namespaces, Set<String> gitops, String account) {
  /** Rights by ClusterRoles. */
  public static final Scope ALL = new Scope(Set.of(), Set.of(), "");

  public Scope {
    namespaces = Set.copyOf(namespaces);
    gitops = Set.copyOf(gitops);
    if (!namespaces.isEmpty() && account.isEmpty())
      throw new IllegalArgumentException(
          "SALVOR_WATCH_NAMESPACES needs SALVOR_ACCOUNT, the ServiceAccount that the Roles are bound to");
  }

  /** True where rights are given by Roles. */
  public boolean narrow() {
    return !namespaces.isEmpty();
  }

  /** False for a namespace that no recovery may be about. */
  public boolean covers(String namespace) {
    return !narrow() || namespaces.contains(namespace);
  }

  /**
   * The ClusterRole of the chart with what Salvor may in a shadow namespace; bound nowhere else.
   */
  public String shadowRole() {
    return account + "-shadow";
  }

  /** Where a list of "all namespaces" has to look one by one, as far as Salvor may. */
  Set<String> reach(String operator, String velero) {
    var reach = new LinkedHashSet<>(namespaces);
    reach.addAll(gitops);
    reach.add(velero);
    reach.add(operator);
    return reach;
  }
}
