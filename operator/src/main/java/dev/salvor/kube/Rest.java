package dev.salvor.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request, one answer, below fabric8's DSL: the DSL has no UID precondition, no field manager
 * on a JSON patch, and hides what the API server said. Credentials, TLS, impersonation and user
 * agent come from the client; so do retries, of which the writing client has none.
 */
final class Rest {
  static final String JSON = "application/json";
  static final String JSON_PATCH = "application/json-patch+json";
  static final String MERGE_PATCH = "application/merge-patch+json";

  /** Asks for all resources of all groups in one answer (KEP-3352, stable since 1.30). */
  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Supplier<KubernetesClient> client;
  private final Duration timeout;

  /**
   * @param client asked for at each request
   */
  Rest(Supplier<KubernetesClient> client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  /** Empty on the API server's own 404, not on that of something between us and it. */
  Optional<JsonNode> get(String path, String deed) {
    var answer = send(request(path).header("Accept", JSON), deed);
    if (answer.isGone()) return Optional.empty();
    return Optional.of(answer.orThrow(deed, false));
  }

  /** Discovery; with {@code aggregated} all groups at once where the API server can. */
  Optional<JsonNode> discover(String path, boolean aggregated) {
    var deed = "reading the kinds of this cluster";
    var answer = send(request(path).header("Accept", aggregated ? AGGREGATED : JSON), deed);
    if (answer.isGone()) return Optional.empty();
    return Optional.of(answer.orThrow(deed, false));
  }

  /** Plain text; empty on 404 and on 400, which is how a container without a log is answered. */
  String text(String path, String deed) {
    var answer = send(request(path).header("Accept", "*/*"), deed);
    if (answer.isGone() || answer.code == 400) return "";
    answer.orThrow(deed, false);
    return answer.text;
  }

  /** Throws {@link ClusterException} unless the API server took it. */
  JsonNode send(String method, String path, String contentType, JsonNode body, String deed) {
    var request = request(path).header("Accept", JSON).method(method, contentType, body.toString());
    return send(request, deed).orThrow(deed, method.equals("POST"));
  }

  private HttpRequest.Builder request(String path) {
    var base = client.get().getConfiguration().getMasterUrl();
    var url = (base.endsWith("/") ? base : base + "/") + path;
    return client
        .get()
        .getHttpClient()
        .newHttpRequestBuilder()
        .uri(url)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Answer send(HttpRequest.Builder request, String deed) {
    var future = client.get().getHttpClient().sendAsync(request.build(), String.class);
    try {
      // the client times the wait for the headers; a body that never ends is ours to cut
      var response = future.get(timeout.toMillis() * 2, TimeUnit.MILLISECONDS);
      return Answer.of(response);
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new ClusterException.Unavailable(
          deed
              + ": no answer from the API server: "
              + cause.getClass().getSimpleName()
              + ": "
              + cause.getMessage());
    } catch (TimeoutException e) {
      future.cancel(true);
      throw new ClusterException.Unavailable(
          deed
              + ": no whole answer from the API server within "
              + timeout.multipliedBy(2).toSeconds()
              + " s");
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new ClusterException.Unavailable(deed + ": interrupted while waiting for the answer");
    }
  }

  private record Answer(int code, String text, JsonNode body) {
    static Answer of(HttpResponse<String> response) {
      var text = response.body() == null ? "" : response.body();
      return new Answer(response.code(), text, parse(text));
    }

    private static JsonNode parse(String text) {
      if (!text.startsWith("{")) return MissingNode.getInstance();
      try {
        return MAPPER.readTree(text);
      } catch (JsonProcessingException e) {
        return MissingNode.getInstance();
      }
    }

    /** A kind that is not served is answered in plain text by the API server's router. */
    boolean isGone() {
      return code == 404
          && (body.path("reason").asText().equals("NotFound")
              || text.strip().equals("404 page not found"));
    }

    JsonNode orThrow(String deed, boolean creating) {
      if (code >= 200 && code < 300) return body;
      throw refusal(deed, creating);
    }

    private ClusterException refusal(String deed, boolean creating) {
      var reason = body.path("reason").asText("");
      var said = body.path("message").asText("");
      var message = deed + ": " + (said.isEmpty() ? "HTTP status " + code : said);
      if (isFailedTest(said))
        return new ClusterException.Conflict(deed + ": the object has changed since it was read");
      return switch (code) {
        case 400, 405, 406, 413, 415, 422 -> new ClusterException.Invalid(message);
        case 403 -> new ClusterException.Forbidden(message);
        case 404 ->
            isGone()
                ? new ClusterException.NotFound(message)
                : new ClusterException.Unavailable(message + " (not from the API server)");
        case 409 ->
            creating && reason.equals("AlreadyExists")
                ? new ClusterException.AlreadyExists(message)
                : new ClusterException.Conflict(message);
        default -> new ClusterException.Unavailable(message);
      };
    }

    /**
     * A JSON patch whose test does not hold, answered without a word about it (kubernetes
     * apiserver/pkg/endpoints/handlers/patch.go, ErrTestFailed; the text is that of
     * NewGenericServerResponse in apimachinery/pkg/api/errors). Whatever is invalid for its content
     * has details.
     */
    private boolean isFailedTest(String said) {
      return code == 422
          && (said.equals("the server rejected our request due to an error in our request")
              || said.contains("test failed"));
    }
  }

  /** {@code api/v1/namespaces/shop/pods/web}; no name means the collection. */
  static String path(String apiVersion, Kind kind, String namespace, @Nullable String name) {
    var path = new StringBuilder(root(apiVersion));
    if (kind.namespaced() && !namespace.isEmpty())
      path.append("/namespaces/").append(segment(namespace));
    path.append('/').append(kind.plural());
    if (name != null) path.append('/').append(segment(name));
    return path.toString();
  }

  static String root(String apiVersion) {
    return (apiVersion.contains("/") ? "apis/" : "api/") + apiVersion;
  }

  static String encode(String text) {
    return HttpRequest.formURLEncode(text);
  }

  private static String segment(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/"))
      throw new IllegalArgumentException("'" + name + "' cannot be the name of an object");
    return encode(name).replace("+", "%20");
  }
}
