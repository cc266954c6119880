package dev.salvor.kube;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * The two ways to the API server.
 *
 * @param reading repeats a request twice when it gets no answer
 * @param writing never repeats a request: a write that got no answer may have happened (S1)
 */
public record Clients(KubernetesClient reading, KubernetesClient writing) implements AutoCloseable {
  /** How long one request may take. */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int READ_RETRIES = 2;

  /** From the pod's service account, or KUBECONFIG. */
  public static Clients connect(String version) {
    return connect(() -> Config.autoConfigure(null), version);
  }

  /**
   * @param config makes a new configuration at each call: the two clients refresh their tokens
   *     independently
   */
  public static Clients connect(Supplier<Config> config, String version) {
    // at the same time: each reads certificates and prepares for TLS, a good part of a start
    var writing = new FutureTask<>(() -> open(config.get(), 0, version));
    Thread.ofVirtual().name("connect").start(writing);
    var reading = open(config.get(), READ_RETRIES, version);
    try {
      return new Clients(reading, writing.get());
    } catch (ExecutionException e) {
      reading.close();
      throw e.getCause() instanceof RuntimeException why ? why : new IllegalStateException(e);
    } catch (InterruptedException e) {
      reading.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static KubernetesClient open(Config config, int retries, String version) {
    config.setRequestRetryBackoffLimit(retries);
    config.setRequestTimeout((int) TIMEOUT.toMillis());
    config.setUserAgent("salvor/" + version);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(forgiving())
        .build();
  }

  /**
   * A word that a newer Salvor has left in one status must not keep an older one, after a
   * roll-back, from starting its watches: that would stop every recovery of the kind.
   */
  private static KubernetesSerialization forgiving() {
    var mapper =
        JsonMapper.builder()
            .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
            .build();
    // without a look for every class of every API there is, thousands: what is read here is typed
    return new KubernetesSerialization(mapper, false);
  }

  @Override
  public void close() {
    reading.close();
    writing.close();
  }
}
