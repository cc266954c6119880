package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.salvor.api.Victim;
import dev.salvor.testkit.Manifests;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** S1: a write reaches the API server at most once, whatever the answer; and says who writes. */
final class WritingClientTest {
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> agents = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final Clients clients;
  private final Fabric8Cluster cluster;
  private volatile int status = 503;
  private volatile String body = "";

  WritingClientTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.add(exchange.getRequestMethod());
          agents.add(String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent")));
          var bytes = body.getBytes(StandardCharsets.UTF_8);
          // 0: the connection ends in the middle of the answer
          if (status == 0) {
            exchange.close();
            return;
          }
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    clients = Clients.connect(this::config, "1.2.3");
    cluster = new Fabric8Cluster(clients);
  }

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    clients.close();
    server.stop(0);
  }

  @Test
  void aWriteIsSentOnceWhenTheServerIsOutOfOrder() {
    assertThatThrownBy(this::create).isInstanceOf(ClusterException.Unavailable.class);
    assertThatThrownBy(this::patch).isInstanceOf(ClusterException.Unavailable.class);
    assertThatThrownBy(this::delete).isInstanceOf(ClusterException.Unavailable.class);
    assertThat(requests).containsExactly("POST", "PATCH", "DELETE");
    assertThat(agents).containsOnly("salvor/1.2.3");
  }

  @Test
  void aWriteIsSentOnceWhenTheAnswerIsLost() {
    status = 0;
    assertThatThrownBy(this::create).isInstanceOf(ClusterException.Unavailable.class);
    assertThatThrownBy(this::delete).isInstanceOf(ClusterException.Unavailable.class);
    assertThat(requests).containsExactly("POST", "DELETE");
  }

  @Test
  void aReadIsRepeated() {
    assertThatThrownBy(() -> cluster.get(Kinds.POD.ref("shop", "a")))
        .isInstanceOf(ClusterException.Unavailable.class);
    assertThat(requests).containsExactly("GET", "GET", "GET");
  }

  /** Somebody's load balancer that knows no backend must not look like an object that is gone. */
  @Test
  void a404OfSomebodyElseIsNotAnAbsentObject() {
    status = 404;
    body = "<html>no such site</html>";
    assertThatThrownBy(() -> cluster.get(Kinds.PVC.ref("shop", "data")))
        .isInstanceOf(ClusterException.Unavailable.class);
    assertThatThrownBy(this::delete).isInstanceOf(ClusterException.Unavailable.class);
    body = "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}";
    assertThat(cluster.get(Kinds.PVC.ref("shop", "data"))).isEmpty();
  }

  private void create() {
    cluster.write(new Write.Create(configMap().json()));
  }

  private void patch() {
    cluster.write(configMap().edit().label("a", "b").write());
  }

  private void delete() {
    cluster.delete(new Victim(configMap().ref(), "u"), "1");
  }

  private static Seen configMap() {
    var json =
        Manifests.one(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop, uid: u, resourceVersion: '1'}}");
    return new Seen(Manifests.ref(json), json);
  }

  private Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/")
        .build();
  }
}
