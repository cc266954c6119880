package dev.salvor.archive;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model of S3, for sizes that the real server of the tests takes too long to be filled with:
 * ListObjectsV2 in pages of 1,000 and GET with a range, of one bucket.
 */
final class ModelS3 implements AutoCloseable {
  private static final int PAGE = 1_000;
  private static final String TIME = "2026-03-01T00:00:00.000Z";

  final AtomicInteger pages = new AtomicInteger();
  private final HttpServer server;
  private final NavigableMap<String, String> objects;

  /** Key to content; the content of a key may be empty, then it is said to have seven bytes. */
  ModelS3(NavigableMap<String, String> objects) {
    this.objects = objects;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var query = exchange.getRequestURI().getRawQuery();
      if (query != null && query.contains("list-type=2")) {
        send(exchange, 200, list(parameters(query)));
        return;
      }
      var path = exchange.getRequestURI().getPath();
      var body = objects.get(path.substring(path.indexOf('/', 1) + 1));
      if (body == null) send(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>");
      else send(exchange, 206, body);
    }
  }

  private static Map<String, String> parameters(String query) {
    var found = new HashMap<String, String>();
    for (var pair : query.split("&")) {
      var equals = pair.indexOf('=');
      found.put(
          pair.substring(0, equals),
          URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return found;
  }

  private String list(Map<String, String> asked) {
    pages.incrementAndGet();
    var prefix = asked.getOrDefault("prefix", "");
    var after = asked.getOrDefault("continuation-token", asked.getOrDefault("start-after", ""));
    var text = new StringBuilder("<ListBucketResult><Name>model</Name>");
    var count = 0;
    var last = after;
    var key = after.compareTo(prefix) < 0 ? objects.ceilingKey(prefix) : objects.higherKey(after);
    while (key != null && key.startsWith(prefix) && count < PAGE) {
      var slash = asked.containsKey("delimiter") ? key.indexOf('/', prefix.length()) : -1;
      if (slash >= 0) {
        var folder = key.substring(0, slash + 1);
        text.append("<CommonPrefixes><Prefix>").append(folder).append("</Prefix></CommonPrefixes>");
        // behind every key in it; what is in XML must be a character
        last = folder + "~";
      } else {
        var body = objects.get(key);
        var size = body == null || body.isEmpty() ? 7 : body.length();
        text.append("<Contents><Key>").append(key).append("</Key><LastModified>").append(TIME);
        text.append("</LastModified><Size>").append(size).append("</Size></Contents>");
        last = key;
      }
      count++;
      key = objects.higherKey(last);
    }
    var more = key != null && key.startsWith(prefix);
    text.append("<KeyCount>").append(count).append("</KeyCount><IsTruncated>").append(more);
    text.append("</IsTruncated>");
    if (more)
      text.append("<NextContinuationToken>").append(last).append("</NextContinuationToken>");
    return text.append("</ListBucketResult>").toString();
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
