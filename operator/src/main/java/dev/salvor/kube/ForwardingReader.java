package dev.salvor.kube;

import dev.salvor.api.Ref;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what another one reads: for those that change a part of it. */
public abstract class ForwardingReader implements ClusterReader {
  private final ClusterReader cluster;

  protected ForwardingReader(ClusterReader cluster) {
    this.cluster = cluster;
  }

  @Override
  public Optional<Seen> get(Ref ref) {
    return cluster.get(ref);
  }

  @Override
  public List<Seen> list(Kind kind, String namespace, Map<String, String> labels) {
    return cluster.list(kind, namespace, labels);
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
