package dev.salvor.volumes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.ForwardingReader;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Seen;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A cluster that shows some objects otherwise than they are: hand-made, where admission would not
 * let them be.
 */
final class Doctored extends ForwardingReader {
  private final Map<Ref, Consumer<ObjectNode>> changes = new HashMap<>();

  Doctored(ClusterReader cluster) {
    super(cluster);
  }

  void change(Ref ref, Consumer<ObjectNode> change) {
    changes.merge(ref, change, Consumer::andThen);
  }

  @Override
  public Optional<Seen> get(Ref ref) {
    return super.get(ref).map(this::changed);
  }

  @Override
  public List<Seen> list(Kind kind, String namespace, Map<String, String> labels) {
    return super.list(kind, namespace, labels).stream().map(this::changed).toList();
  }

  private Seen changed(Seen seen) {
    var change = changes.get(seen.ref());
    if (change == null) return seen;
    var json = seen.json().deepCopy();
    change.accept(json);
    return new Seen(seen.ref(), json);
  }
}
