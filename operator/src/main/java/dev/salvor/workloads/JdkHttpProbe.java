package dev.salvor.workloads;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@link HttpProbe} over the JDK's client. */
public final class JdkHttpProbe implements HttpProbe, AutoCloseable {
  private @Nullable HttpClient client;

  /**
   * Made by the first probe: it reads every certificate authority, and a start has no use for it.
   */
  private synchronized HttpClient client() {
    if (client == null)
      client =
          HttpClient.newBuilder()
              .connectTimeout(Duration.ofSeconds(3))
              .followRedirects(HttpClient.Redirect.NEVER)
              .build();
    return client;
  }

  @Override
  public Answer get(URI address) {
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(5)).GET().build();
    try {
      var response = client().send(request, BodyHandlers.ofInputStream());
      // unread: a body without an end must not hold the operator
      response.body().close();
      return new Answer.Status(response.statusCode());
    } catch (IOException failed) {
      return new Answer.Silence(why(failed));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new Answer.Silence("the operator is shutting down");
    }
  }

  @Override
  public synchronized void close() {
    if (client != null) client.close();
  }

  private static String why(IOException failed) {
    @Nullable String message = failed.getMessage();
    return message == null ? failed.getClass().getSimpleName() : message;
  }
}
