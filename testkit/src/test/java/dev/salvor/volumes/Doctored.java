package dev.salvor.volumes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A cluster that shows some objects otherwise than they are: hand-made, where admission would not
 * let them be.
 */
final class Doctored implements ClusterReader {
  private final ClusterReader cluster;
  private final Map<Ref, Consumer<ObjectNode>> changes = new HashMap<>();

  Doctored(ClusterReader cluster) {
    this.cluster = cluster;
  }

  void change(Ref ref, Consumer<ObjectNode> change) {
    changes.merge(ref, change, Consumer::andThen);
  }

  @Override
  public Optional<Seen> get(Ref ref) {
    return cluster.get(ref).map(this::changed);
  }

  @Override
  public List<Seen> list(Kind kind, String namespace, Map<String, String> labels) {
    return cluster.list(kind, namespace, labels).stream().map(this::changed).toList();
  }

  private Seen changed(Seen seen) {
    var change = changes.get(seen.ref());
    if (change == null) return seen;
    var json = seen.json().deepCopy();
    change.accept(json);
    return new Seen(seen.ref(), json);
  }

  @Override
  public boolean serves(Kind kind) {
    return cluster.serves(kind);
  }

  @Override
  public List<Kind> namespacedKinds() {
    return cluster.namespacedKinds();
  }

  @Override
  public Optional<String> rehearse(Write write) {
    return cluster.rehearse(write);
  }

  @Override
  public boolean allowed(String verb, Kind kind, String namespace) {
    return cluster.allowed(verb, kind, namespace);
  }

  @Override
  public String log(Ref pod, String container, int lines) {
    return cluster.log(pod, container, lines);
  }
}
