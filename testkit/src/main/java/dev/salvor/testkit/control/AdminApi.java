package dev.salvor.testkit.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.salvor.kube.ClusterException;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Plain requests with every right, and what the API server serves. */
final class AdminApi {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final long SECONDS = 30;

  private final KubernetesClient client;
  private final Map<String, Served> served = new ConcurrentHashMap<>();

  AdminApi(KubernetesClient client) {
    this.client = client;
  }

  /**
   * @param plural as in paths
   * @param status whether the kind has a status subresource
   */
  record Served(String plural, boolean namespaced, boolean status) {}

  /** Asked once per kind: tests do not take CRDs away again. */
  Optional<Served> served(String apiVersion, String kind) {
    var key = apiVersion + " " + kind;
    var known = served.get(key);
    if (known == null) {
      known = discover(apiVersion, kind);
      if (known != null) served.put(key, known);
    }
    return Optional.ofNullable(known);
  }

  private @Nullable Served discover(String apiVersion, String kind) {
    var list = get(root(apiVersion));
    if (list.isEmpty()) return null;
    var resources = list.get().path("resources");
    for (var resource : resources) {
      var plural = resource.path("name").asText();
      if (plural.contains("/") || !resource.path("kind").asText().equals(kind)) continue;
      var status = false;
      for (var other : resources) status |= other.path("name").asText().equals(plural + "/status");
      return new Served(plural, resource.path("namespaced").asBoolean(), status);
    }
    return null;
  }

  static String root(String apiVersion) {
    return (apiVersion.contains("/") ? "apis/" : "api/") + apiVersion;
  }

  Optional<JsonNode> get(String path) {
    var response = send(request(path));
    return response.code() == 404 ? Optional.empty() : Optional.of(body(response, "GET " + path));
  }

  JsonNode send(String method, String path, String contentType, String body) {
    return body(send(request(path).method(method, contentType, body)), method + " " + path);
  }

  private HttpRequest.Builder request(String path) {
    return client
        .getHttpClient()
        .newHttpRequestBuilder()
        .uri(client.getConfiguration().getMasterUrl() + path)
        .header("Accept", "application/json");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client
          .getHttpClient()
          .sendAsync(request.build(), String.class)
          .get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new ClusterException.Unavailable(String.valueOf(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException.Unavailable("interrupted");
    }
  }

  private static JsonNode body(HttpResponse<String> response, String deed) {
    try {
      var body = MAPPER.readTree(response.body());
      if (response.isSuccessful()) return body;
      var message = deed + ": " + body.path("message").asText(response.body());
      throw switch (response.code()) {
        case 400, 405, 415, 422 -> new ClusterException.Invalid(message);
        case 403 -> new ClusterException.Forbidden(message);
        case 404 -> new ClusterException.NotFound(message);
        case 409 ->
            body.path("reason").asText().equals("AlreadyExists")
                ? new ClusterException.AlreadyExists(message)
                : new ClusterException.Conflict(message);
        default -> new ClusterException.Unavailable(message);
      };
    } catch (JsonProcessingException e) {
      throw new ClusterException.Unavailable(deed + ": " + response.code() + " " + response.body());
    }
  }
}
