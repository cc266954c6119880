package dev.salvor.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * {@code /livez}: the process answers; {@code /readyz}: its watches are healthy; {@code /metrics}:
 * Prometheus text. GET only.
 */
final class Http implements AutoCloseable {
  private final HttpServer server;

  Http(int port, PrometheusMeterRegistry metrics, BooleanSupplier ready) throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/livez", exchange -> answer(exchange, 200, "ok\n"));
    server.createContext(
        "/readyz",
        exchange ->
            answer(
                exchange,
                ready.getAsBoolean() ? 200 : 503,
                ready.getAsBoolean() ? "ok\n" : "not ready\n"));
    server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.scrape()));
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      var get = exchange.getRequestMethod().equals("GET");
      var body = (get ? text : "GET only\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(get ? status : 405, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
