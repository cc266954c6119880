package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.salvor.archive.ArchiveException.Kind;
import dev.salvor.archive.ObjectStore.Listing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with certificates of nobody's authority, made by the JDK's keytool. */
class S3TrustTest {
  private static final String PASSWORD = "changeit";
  private static final String EMPTY =
      "<ListBucketResult><Name>b</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>";

  @TempDir Path folder;

  @Test
  void endpointCaIsTrustedAndNothingElse() throws Exception {
    var own = certificate("own", "ip:127.0.0.1");
    var other = certificate("other", "ip:127.0.0.1");
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
    var elsewhere = certificate("elsewhere", "dns:store.example.org");
    try (var server = new Server(elsewhere)) {
      var failed = failure(server, elsewhere.pem());
      assertThat(failed).isNotNull();
      assertThat(failed.kind()).isEqualTo(Kind.TLS);
    }
  }

  @Test
  void whatIsNoCertificateIsSaid() throws Exception {
    try (var server = new Server(certificate("own", "ip:127.0.0.1"))) {
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

  private record Certificate(Path store, String pem) {}

  private Certificate certificate(String name, String host)
      throws IOException, InterruptedException {
    var store = folder.resolve(name + ".p12");
    keytool(
        "-genkeypair",
        "-alias",
        "key",
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-ext",
        "san=" + host,
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD);
    var pem = folder.resolve(name + ".pem");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "key",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD,
        "-file",
        pem.toString());
    return new Certificate(store, Files.readString(pem));
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    var tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tool.waitFor()).as(said).isZero();
  }

  private static final class Server implements AutoCloseable {
    private final HttpsServer server;

    Server(Certificate certificate) throws IOException, GeneralSecurityException {
      var keys = KeyStore.getInstance("PKCS12");
      try (var file = Files.newInputStream(certificate.store())) {
        keys.load(file, PASSWORD.toCharArray());
      }
      var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, PASSWORD.toCharArray());
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
