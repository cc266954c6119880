package dev.salvor.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Names of the files in a backup, as Velero hands them out. */
final class BackupContents {
  private BackupContents() {}

  static List<String> of(Kube kube, String backup) {
    var name = backup + "-e2e-contents";
    kube.apply(
        """
        apiVersion: velero.io/v1
        kind: DownloadRequest
        metadata: {name: %s, namespace: velero}
        spec: {target: {kind: BackupContents, name: %s}}
        """
            .formatted(name, backup));
    Kube.await("the download is ready", Duration.ofSeconds(30), () -> !url(kube, name).isEmpty());
    try (var http = HttpClient.newHttpClient();
        var body =
            http.send(
                    HttpRequest.newBuilder(URI.create(url(kube, name))).build(),
                    HttpResponse.BodyHandlers.ofInputStream())
                .body();
        var tar = new TarArchiveInputStream(new GZIPInputStream(body))) {
      var names = new ArrayList<String>();
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry())
        names.add(entry.getName());
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String url(Kube kube, String name) {
    return kube.get("downloadrequests.velero.io", "velero", name)
        .path("status")
        .path("downloadURL")
        .asText("");
  }
}
