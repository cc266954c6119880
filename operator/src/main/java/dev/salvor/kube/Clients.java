package dev.salvor.kube;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The two ways to the API server. */
public final class Clients implements AutoCloseable {
  /** How long one request may take. */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int READ_RETRIES = 2;

  private final Supplier<Config> config;
  private final String version;
  private final KubernetesSerialization serialization;
  private final KubernetesClient reading;
  private @Nullable KubernetesClient writing;

  private Clients(Supplier<Config> config, String version, KubernetesSerialization serialization) {
    this.config = config;
    this.version = version;
    this.serialization = serialization;
    this.reading = open(READ_RETRIES);
  }

  /**
   * From the pod's service account, or KUBECONFIG.
   *
   * @param first what will be read first
   */
  @SafeVarargs
  public static Clients connect(String version, Class<? extends HasMetadata>... first) {
    var serialization = forgiving();
    // the look at a class before its first object is a good part of a start
    Thread.ofVirtual()
        .name("prepare")
        .start(() -> List.of(first).forEach(type -> serialization.unmarshal("{}", type)));
    return new Clients(() -> Config.autoConfigure(null), version, serialization);
  }

  /**
   * @param config makes a new configuration at each call: the two clients refresh their tokens
   *     independently
   */
  public static Clients connect(Supplier<Config> config, String version) {
    return new Clients(config, version, forgiving());
  }

  /** Repeats a request twice when it gets no answer. */
  public KubernetesClient reading() {
    return reading;
  }

  /** Never repeats a request: a write that got no answer may have happened (S1). */
  public synchronized KubernetesClient writing() {
    // not with the other: its certificates and its connection would be waited for at every start
    if (writing == null) writing = open(0);
    return writing;
  }

  /**
   * What the API server says it is, as {@code v1.34.1}.
   *
   * <p>Who asks this before anything else has one connection for all that follows; requests at the
   * same time open one each, and prepare each of them for TLS.
   *
   * @throws ClusterException if it does not say
   */
  public String server() {
    return new Rest(this::reading, TIMEOUT)
        .get("version", "asking the API server for its version")
        .map(answer -> answer.path("gitVersion").asText())
        .orElseThrow(() -> new ClusterException.Unavailable("the API server has no version"));
  }

  private KubernetesClient open(int retries) {
    var config = this.config.get();
    config.setRequestRetryBackoffLimit(retries);
    config.setRequestTimeout((int) TIMEOUT.toMillis());
    config.setUserAgent("salvor/" + version);
    var builder =
        new KubernetesClientBuilder().withConfig(config).withKubernetesSerialization(serialization);
    return OwnAuthority.alone(config, builder::build);
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
  public synchronized void close() {
    reading.close();
    if (writing != null) writing.close();
  }
}
