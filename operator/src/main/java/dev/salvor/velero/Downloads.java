package dev.salvor.velero;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Gets what a DownloadRequest of Velero points to. */
@FunctionalInterface
public interface Downloads {
  /**
   * The body as it is stored: still compressed. It ends with an {@link IOException} when it is
   * longer, or takes longer, than an implementation allows. No message may contain the URL: it is a
   * pre-signed secret.
   *
   * @param url {@code status.downloadURL} of the request
   * @param trust how the storage location's server is to be trusted
   * @throws java.io.FileNotFoundException if the storage has no such file (HTTP 404)
   */
  InputStream open(String url, Trust trust) throws IOException;

  /**
   * Trust as the BackupStorageLocation says.
   *
   * @param caPem certificates in PEM, trusted beside the system's ({@code
   *     spec.objectStorage.caCert}); null for none
   * @param anyone {@code spec.config.insecureSkipTLSVerify}: take any certificate
   */
  record Trust(@Nullable String caPem, boolean anyone) {}
}
