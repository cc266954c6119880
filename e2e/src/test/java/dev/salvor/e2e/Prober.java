package dev.salvor.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Asks an application five times a second, through the API server, and keeps when it answered. A
 * slow answer delays no other question.
 */
final class Prober implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(200);

  private final KubernetesClient client;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Map<Instant, Boolean> answers = new ConcurrentSkipListMap<>();
  private final Instant began = Instant.now();

  Prober(Path kubeconfig, String namespace, String service, String path) {
    var config = Config.fromKubeconfig(kubeconfig.toFile());
    config.setRequestTimeout(3_000);
    config.setRequestRetryBackoffLimit(0);
    client = new KubernetesClientBuilder().withConfig(config).build();
    var uri = "/api/v1/namespaces/" + namespace + "/services/" + service + ":80/proxy" + path;
    clock.scheduleAtFixedRate(
        () -> Thread.ofVirtual().start(() -> ask(uri)),
        0,
        PERIOD.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void ask(String uri) {
    var at = Instant.now();
    try {
      answers.put(at, client.raw(uri) != null);
    } catch (KubernetesClientException e) {
      answers.put(at, false);
    }
  }

  /**
   * The sum of all times over a second in which nothing was answered, since the start until now.
   */
  Duration unanswered() {
    var last = began;
    var sum = Duration.ZERO;
    for (var answer : new ConcurrentSkipListMap<>(answers).entrySet()) {
      if (!answer.getValue()) continue;
      sum = sum.plus(gap(last, answer.getKey()));
      last = answer.getKey();
    }
    return sum.plus(gap(last, Instant.now()));
  }

  /** The time between two answers, if it is over a second. */
  static Duration gap(Instant from, Instant to) {
    var gap = Duration.between(from, to);
    return gap.compareTo(Duration.ofSeconds(1)) > 0 ? gap : Duration.ZERO;
  }

  /** Waits until the application has answered after now. */
  void awaitAnswer(Duration limit) {
    var from = Instant.now();
    Kube.await(
        "the application answers",
        limit,
        () ->
            answers.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .max(Comparator.naturalOrder())
                .filter(last -> last.isAfter(from))
                .isPresent());
  }

  @Override
  public void close() {
    clock.shutdownNow();
    client.close();
  }
}
