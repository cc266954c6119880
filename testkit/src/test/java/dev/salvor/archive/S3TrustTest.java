package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.salvor.archive.ArchiveException.Kind;
import dev.salvor.archive.ObjectStore.Listing;
import dev.salvor.testkit.control.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** TLS with certificates of nobody's authority. */
class S3TrustTest {
  private static final GeneralName HERE = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
  private static final String EMPTY =
      "<ListBucketResult><Name>b</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>";

  @Test
  void endpointCaIsTrustedAndNothingElse() throws Exception {
    var own = SelfSigned.of("CN=own", HERE);
    var other = SelfSigned.of("CN=other", HERE);
    try (var server = new Server(own)) {
      assertThat(failure(server, own.pem())).isNull();
      assertThat(failure(server, other.pem() + own.pem())).isNull();
      for (var untrusted : new String[] {null, other.pem()}) {
        var failed = failure(server, untrusted);
        assertThat(failed).isNotNull();
        assertThat(failed.kind()).isEqualTo(Kind.TLS);
        assertThat(failed.told()).contains("not trusted");
        assertThat(failed.remedy()).contains("endpointCA");
      }
    }
  }

  @Test
  void theHostMustBeInTheCertificate() throws Exception {
    var elsewhere =
        SelfSigned.of("CN=elsewhere", new GeneralName(GeneralName.dNSName, "store.example.org"));
    try (var server = new Server(elsewhere)) {
      var failed = failure(server, elsewhere.pem());
      assertThat(failed).isNotNull();
      assertThat(failed.kind()).isEqualTo(Kind.TLS);
    }
  }

  @Test
  void whatIsNoCertificateIsSaid() throws Exception {
    try (var server = new Server(SelfSigned.of("CN=own", HERE))) {
      for (var hostile :
          new String[] {
            "", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
          }) {
        var failed = failure(server, hostile);
        assertThat(failed).isNotNull();
        assertThat(failed.kind()).isEqualTo(Kind.TLS);
        assertThat(failed.told()).contains("no certificate in PEM");
      }
    }
  }

  private static @Nullable ArchiveException failure(Server server, @Nullable String caPem) {
    var address =
        new ArchiveAddress(
            "b",
            "",
            server.endpoint(),
            null,
            new ArchiveAddress.Credentials("i", "k", null),
            caPem);
    return catchThrowableOfType(
        ArchiveException.class,
        () -> {
          try (var store = new S3ObjectStore(address, S3ObjectStore.Limits.usual())) {
            store.list(Listing.all(""), (key, size, modified) -> true);
          }
        });
  }

  private static final class Server implements AutoCloseable {
    private final HttpsServer server;

    Server(SelfSigned own) throws IOException, GeneralSecurityException {
      var keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry("key", own.key(), new char[0], new Certificate[] {own.certificate()});
      var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, new char[0]);
      var context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              var body = EMPTY.getBytes(StandardCharsets.UTF_8);
              exchange.sendResponseHeaders(200, body.length);
              exchange.getResponseBody().write(body);
            }
          });
      server.start();
    }

    String endpoint() {
      return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
