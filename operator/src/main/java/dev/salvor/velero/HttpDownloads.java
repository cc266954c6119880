package dev.salvor.velero;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * {@link Downloads} over HTTP: one GET, no redirects to other schemes, bounded in time and size.
 *
 * @param patience for the whole answer to begin and to end
 * @param longest in bytes, as transferred
 */
public record HttpDownloads(Duration patience, long longest) implements Downloads {
  /** One minute, 256 MiB. */
  public static HttpDownloads usual() {
    return new HttpDownloads(Duration.ofMinutes(1), 256L << 20);
  }

  @Override
  public InputStream open(String url, Trust trust) throws IOException {
    var uri = uri(url);
    var client =
        HttpClient.newBuilder()
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NORMAL);
    if ("https".equals(uri.getScheme())) client.sslContext(context(trust));
    // closed with the stream: HttpClient.close() would wait for the body first
    var http = client.build();
    try {
      var answer =
          http.send(
              HttpRequest.newBuilder(uri).timeout(patience).GET().build(),
              BodyHandlers.ofInputStream());
      var body = new Bounded(answer.body(), http, longest, patience);
      if (answer.statusCode() == 200) return body;
      body.close();
      var told = "the object storage at " + uri.getHost() + " answered " + answer.statusCode();
      if (answer.statusCode() == 404) throw new FileNotFoundException(told);
      throw new IOException(told);
    } catch (InterruptedException stopped) {
      http.shutdownNow();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading from " + uri.getHost(), stopped);
    } catch (IOException failed) {
      http.shutdownNow();
      if (failed instanceof FileNotFoundException) throw failed;
      // the cause is left out: its text may contain the URL, which is a secret
      throw new IOException(
          "cannot read from the object storage at " + uri.getHost() + ": " + kindOf(failed, url));
    }
  }

  private static URI uri(String url) throws IOException {
    try {
      var uri = URI.create(url);
      if (uri.getHost() != null) return uri;
    } catch (IllegalArgumentException secret) {
      // told below, without the URL that the exception repeats
    }
    throw new IOException("Velero gave a download URL that is none");
  }

  private static String kindOf(IOException failed, String url) {
    var message = failed.getMessage();
    return message == null || message.contains(url) || message.contains("?")
        ? failed.getClass().getSimpleName()
        : message;
  }

  private static SSLContext context(Trust trust) throws IOException {
    try {
      var context = SSLContext.getInstance("TLS");
      var managers =
          trust.anyone()
              ? new TrustManager[] {new Anyone()}
              : trust.caPem() == null ? null : new TrustManager[] {beside(trust.caPem())};
      context.init(null, managers, null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw new IOException(
          "the CA certificate of the storage location cannot be used: " + unusable.getMessage());
    }
  }

  /** The system's authorities and those of the storage location, in one store. */
  private static TrustManager beside(String pem) throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    var number = 0;
    for (var manager : managers(null)) {
      if (manager instanceof X509TrustManager system)
        for (var authority : system.getAcceptedIssuers())
          store.setCertificateEntry("system-" + number++, authority);
    }
    var text = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
    for (var own : CertificateFactory.getInstance("X.509").generateCertificates(text))
      store.setCertificateEntry("own-" + number++, own);
    return managers(store)[0];
  }

  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** Ends the body when it grows too long or takes too long, and the client with it. */
  private static final class Bounded extends FilterInputStream {
    private final HttpClient client;
    private final long end;
    private long left;

    Bounded(InputStream body, HttpClient client, long longest, Duration patience) {
      super(body);
      this.client = client;
      this.left = longest;
      this.end = System.nanoTime() + patience.toNanos();
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (System.nanoTime() - end > 0)
        throw new IOException("the object storage takes too long to send the file");
      var count = in.read(into, from, length);
      left -= Math.max(count, 0);
      if (left < 0) throw new IOException("the file is larger than Salvor reads");
      return count;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    @Override
    public void close() throws IOException {
      try (var body = in) {
        body.available();
      } finally {
        client.shutdownNow();
      }
    }
  }

  /** For a storage location that says {@code insecureSkipTLSVerify}: what Velero does there too. */
  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
