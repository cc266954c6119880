package dev.salvor.e2e;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

/**
 * Sees every container that ever started in a namespace made by Salvor, from the status of its pod
 * and from the kubelet's events, so that one that ran for a moment only is seen as well.
 */
final class ShadowWatch implements AutoCloseable {
  private final KubernetesClient client;
  private final Set<String> started = new ConcurrentSkipListSet<>();
  private final Set<String> pods = new ConcurrentSkipListSet<>();

  ShadowWatch(Path kubeconfig) {
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
            .build();
    client.pods().inAnyNamespace().inform(new Each<>(this::see));
    client.v1().events().inAnyNamespace().inform(new Each<>(this::see));
  }

  /** Containers that started there, as {@code namespace/pod/container}. */
  List<String> started() {
    return List.copyOf(started);
  }

  /** Pods that were there, as {@code namespace/pod}. */
  List<String> pods() {
    return List.copyOf(pods);
  }

  private static boolean shadow(String namespace) {
    return namespace.contains("-salvor-");
  }

  private void see(Pod pod) {
    var meta = pod.getMetadata();
    if (!shadow(meta.getNamespace())) return;
    var name = meta.getNamespace() + "/" + meta.getName();
    pods.add(name);
    if (pod.getStatus() == null) return;
    Stream.of(
            pod.getStatus().getInitContainerStatuses(),
            pod.getStatus().getContainerStatuses(),
            pod.getStatus().getEphemeralContainerStatuses())
        .flatMap(List::stream)
        .filter(ShadowWatch::ran)
        .forEach(status -> started.add(name + "/" + status.getName()));
  }

  private static boolean ran(ContainerStatus status) {
    return status.getState().getRunning() != null
        || status.getState().getTerminated() != null
        || status.getRestartCount() > 0;
  }

  private void see(Event event) {
    var about = event.getInvolvedObject();
    if (!"Started".equals(event.getReason()) || about == null || about.getFieldPath() == null)
      return;
    if (!shadow(event.getMetadata().getNamespace())) return;
    var container = about.getFieldPath().replaceAll(".*\\{(.*)}", "$1");
    started.add(event.getMetadata().getNamespace() + "/" + about.getName() + "/" + container);
  }

  @Override
  public void close() {
    client.close();
  }

  private record Each<T>(java.util.function.Consumer<T> see) implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      see.accept(object);
    }

    @Override
    public void onUpdate(T before, T after) {
      see.accept(after);
    }

    @Override
    public void onDelete(T object, boolean unknown) {
      see.accept(object);
    }
  }
}
