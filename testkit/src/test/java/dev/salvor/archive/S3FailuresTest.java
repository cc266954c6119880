package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.salvor.archive.ArchiveException.Kind;
import dev.salvor.archive.ObjectStore.Listing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the real server of the tests never answers: a small one here answers like AWS would. */
class S3FailuresTest {
  private static final String ID = "AKIDEXAMPLEEXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";
  private static final S3ObjectStore.Limits SHORT =
      new S3ObjectStore.Limits(
          Duration.ofSeconds(5),
          Duration.ofMillis(300),
          Duration.ofSeconds(20),
          Duration.ofSeconds(5));

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;

  /** What the server says next. */
  private record Reply(int status, String body, Map<String, String> headers) {}

  private volatile @Nullable Reply reply;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().keySet());
    var now = reply;
    try (exchange) {
      if (now == null) {
        end.await();
        return;
      }
      now.headers().forEach(exchange.getResponseHeaders()::set);
      var body = now.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(now.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static String error(String code) {
    return "<Error><Code>%s</Code><Message>%s %s %s</Message></Error>"
        .formatted(code, code, ID, SECRET);
  }

  private ArchiveException failure(int status, String body, Map<String, String> headers) {
    reply = new Reply(status, body, headers);
    return failure("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static ArchiveException failure(String endpoint) {
    var address =
        new ArchiveAddress(
            "bucket",
            "db/",
            endpoint,
            "eu-1",
            new ArchiveAddress.Credentials(ID, SECRET, null),
            null);
    assertThat(address.toString() + address.credentials())
        .doesNotContain(ID)
        .doesNotContain(SECRET);
    var failed =
        catchThrowableOfType(
            ArchiveException.class,
            () -> {
              try (var store = new S3ObjectStore(address, SHORT)) {
                store.list(Listing.all("db/"), (key, size, modified) -> true);
              }
            });
    assertThat(failed).isNotNull();
    // S10: whatever the server repeats
    assertThat(failed.told() + failed.remedy()).doesNotContain(SECRET).doesNotContain(ID);
    assertThat(failed.getCause()).isNull();
    assertThat(failed.remedy()).isNotBlank();
    return failed;
  }

  private void is(Kind kind, String text, int status, String body) {
    var failed = failure(status, body, Map.of());
    assertThat(failed.kind()).as(failed.told()).isEqualTo(kind);
    assertThat(failed.told() + failed.remedy()).contains(text);
  }

  @Test
  void refusedCredentialsAreToldApart() {
    is(Kind.FORBIDDEN, "s3:ListBucket", 403, error("AccessDenied"));
    is(Kind.FORBIDDEN, "does not know this access key", 403, error("InvalidAccessKeyId"));
    is(Kind.FORBIDDEN, "secretAccessKey", 403, error("SignatureDoesNotMatch"));
    is(Kind.FORBIDDEN, "sessionToken", 400, error("ExpiredToken"));
    is(Kind.FORBIDDEN, "NTP", 403, error("RequestTimeTooSkewed"));
    is(Kind.FORBIDDEN, "refuses these credentials", 403, "");
  }

  @Test
  void theWrongRegionIsNamedWithTheRightOne() {
    var aws =
        failure(301, error("PermanentRedirect"), Map.of("x-amz-bucket-region", "eu-central-1"));
    assertThat(aws.kind()).isEqualTo(Kind.WRONG_REGION);
    assertThat(aws.told() + aws.remedy()).contains("eu-central-1").contains("region eu-1");
    // Garage
    is(Kind.WRONG_REGION, "s3Credentials.region", 400, error("AuthorizationHeaderMalformed"));
    is(Kind.WRONG_REGION, "s3Credentials.region", 403, error("AuthorizationHeaderMalformed"));
    var hostile = failure(301, "", Map.of("x-amz-bucket-region", "<b>x</b>"));
    assertThat(hostile.told()).doesNotContain("<b>");
  }

  @Test
  void whatIsNoS3IsNotAnEmptyBucket() {
    is(Kind.BAD_REQUEST, "endpointURL", 200, "<html><body>Welcome</body></html>");
    is(Kind.BAD_REQUEST, "endpointURL", 200, "not even that");
    is(Kind.BAD_REQUEST, "endpointURL", 200, "");
    is(Kind.BAD_REQUEST, "endpointURL", 404, "<html>404</html>");
    is(Kind.BAD_REQUEST, "400", 400, error("InvalidRequest"));
    is(Kind.BUCKET_MISSING, "destinationPath", 404, error("NoSuchBucket"));
    is(
        Kind.BAD_REQUEST,
        "more to list",
        200,
        "<ListBucketResult><Name>bucket</Name><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated></ListBucketResult>");
    assertThat(failure("ftp://example.org").kind()).isEqualTo(Kind.BAD_REQUEST);
    assertThat(failure("example.org:9000").kind()).isEqualTo(Kind.BAD_REQUEST);
  }

  @Test
  void aStoreThatIsDownIsAskedThreeTimes() {
    is(Kind.UNREACHABLE, "503 (SlowDown)", 503, error("SlowDown"));
    assertThat(asked).hasSize(3);
  }

  @Test
  void aStoreThatNeverAnswersEndsInATimeout() {
    var failed = failure("http://127.0.0.1:" + server.getAddress().getPort());
    assertThat(failed.kind()).isEqualTo(Kind.TIMEOUT);
  }

  @Test
  void noConnectionIsUnreachable() throws IOException {
    int closed;
    try (var socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    assertThat(failure("http://127.0.0.1:" + closed).kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure("http://no-such-host.invalid").kind()).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  void aStoreWithoutTlsIsToldFromOneThatIsNotTrusted() throws IOException {
    try (var socket = new ServerSocket(0)) {
      Thread.ofVirtual()
          .start(() -> {
            while (!socket.isClosed())
              try (var caller = socket.accept()) {
                caller
                    .getOutputStream()
                    .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
              } catch (IOException closed) {
                return;
              }
          });
      var plain = failure("https://127.0.0.1:" + socket.getLocalPort());
      assertThat(plain.kind()).isEqualTo(Kind.TLS);
      assertThat(plain.remedy()).contains("http://");
    }
  }

  @Test
  void asksOnlyInTheWayThatLookAlikesTake() throws IOException {
    reply =
        new Reply(
            200,
            "<ListBucketResult><Name>bucket</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>",
            Map.of());
    var address =
        new ArchiveAddress(
            "bucket",
            "",
            "http://127.0.0.1:" + server.getAddress().getPort(),
            null,
            new ArchiveAddress.Credentials(ID, SECRET, "token"),
            null);
    try (var store = new S3ObjectStore(address, SHORT)) {
      store.list(Listing.below("db/"), (key, size, modified) -> true);
      store.read("db/x", 5, 10);
      store.open("db/x").close();
    }
    assertThat(asked).hasSize(3);
    assertThat(asked)
        .allSatisfy(request ->
            assertThat(request.toLowerCase(java.util.Locale.ROOT))
                .startsWith("get /bucket")
                .doesNotContain("checksum")
                .doesNotContain("aws-chunked"));
    assertThat(asked.getFirst()).contains("list-type=2");
    assertThat(asked.subList(1, 3)).allMatch(request -> request.contains("Range"));
  }
}
