package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpDownloadsTest {
  private static final Downloads.Trust SYSTEM = new Downloads.Trust(null, false);
  private static final String SECRET = "?X-Amz-Signature=secret";

  private HttpServer server;

  HttpDownloadsTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() {
    server.createContext(
        "/",
        exchange -> {
          var path = exchange.getRequestURI().getPath();
          var status = path.startsWith("/status/") ? Integer.parseInt(path.substring(8)) : 200;
          var body = "0123456789".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void readsTheBody() throws IOException {
    try (var body = HttpDownloads.usual().open(url("/file"), SYSTEM)) {
      assertThat(body.readAllBytes()).asString().isEqualTo("0123456789");
    }
  }

  @Test
  void isBoundedInSize() throws IOException {
    try (var body = new HttpDownloads(Duration.ofSeconds(10), 5).open(url("/file"), SYSTEM)) {
      assertThatThrownBy(body::readAllBytes).hasMessageContaining("larger");
    }
  }

  @Test
  void isBoundedInTime() throws IOException {
    try (var body = new HttpDownloads(Duration.ofSeconds(10), 50).open(url("/file"), SYSTEM)) {
      assertThat(body.read()).isEqualTo('0');
    }
    var hasty = new HttpDownloads(Duration.ofNanos(1), 50);
    assertThatThrownBy(
            () -> {
              try (var body = hasty.open(url("/file"), SYSTEM)) {
                body.readAllBytes();
              }
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void neverTellsTheUrl() {
    var usual = HttpDownloads.usual();
    assertThatThrownBy(() -> usual.open(url("/status/404"), SYSTEM))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> usual.open(url("/status/403"), SYSTEM))
        .hasMessageContaining("answered 403")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> usual.open("http://[bad" + SECRET, SYSTEM))
        .hasMessageNotContaining("secret")
        .hasNoCause();
    server.stop(0);
    assertThatThrownBy(() -> usual.open(url("/file"), SYSTEM))
        .hasMessageContaining("cannot read")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void aCertificateThatIsNoneIsTold() {
    var trust = new Downloads.Trust("-----BEGIN CERTIFICATE-----\nx\n", false);
    assertThatThrownBy(() -> HttpDownloads.usual().open("https://localhost:1/f" + SECRET, trust))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("secret");
  }

  private String url(String path) {
    var address = server.getAddress();
    return "http://" + address.getHostString() + ":" + address.getPort() + path + SECRET;
  }
}
