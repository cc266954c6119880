package dev.salvor.kube;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What "all namespaces" means to a Salvor that has rights in some only.
 *
 * @param namespaces where to look one by one; empty where it has its rights everywhere
 */
record Reach(Set<String> namespaces) {
  private static final Logger LOG = LoggerFactory.getLogger(Reach.class);

  static Reach of(Surroundings around) {
    var scope = around.scope();
    return new Reach(scope.narrow() ? scope.reach(around.operator(), around.velero()) : Set.of());
  }

  boolean narrow() {
    return !namespaces.isEmpty();
  }

  /**
   * The list of all namespaces, or, where that is forbidden, of all that Salvor may see; throws
   * {@link ClusterException.Forbidden} if it may see none at all.
   */
  List<Seen> list(Kind kind, String namespace, Function<String, List<Seen>> listed) {
    try {
      return listed.apply(namespace);
    } catch (ClusterException.Forbidden everywhere) {
      if (!kind.namespaced() || !namespace.isEmpty() || !narrow()) throw everywhere;
      return within(kind, listed, everywhere);
    }
  }

  private List<Seen> within(
      Kind kind, Function<String, List<Seen>> listed, ClusterException.Forbidden everywhere) {
    var found = new ArrayList<Seen>();
    var permitted = false;
    for (var namespace : namespaces) {
      try {
        found.addAll(listed.apply(namespace));
        permitted = true;
      } catch (ClusterException.Forbidden e) {
        LOG.debug("{} are not read in {}", kind.plural(), namespace);
      }
    }
    if (!permitted) throw everywhere;
    return List.copyOf(found);
  }
}
