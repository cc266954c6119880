package dev.salvor.kube;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.function.Supplier;

/**
 * Who is told the authority of a cluster believes no other, as client-go does (rest
 * TLSClientConfig). fabric8 (internal.CertUtils) adds it to those of a file, by default all that
 * the JVM knows: any of them could speak for the cluster, and all are read at each start.
 */
final class OwnAuthority {
  /** Of a store with nothing in it. */
  private static final String PASSWORD = "nothing";

  private OwnAuthority() {}

  /**
   * @param config changed, unless it names no authority, or a file of them
   * @param use reads the authorities of the configuration
   * @throws IllegalStateException if no file can be written
   */
  static <T> T alone(Config config, Supplier<T> use) {
    var told = config.getCaCertData() != null || config.getCaCertFile() != null;
    if (!told || config.getTrustStoreFile() != null) return use.get();
    try {
      var file = Files.createTempFile("salvor-nobody", ".jks");
      try {
        writeNobody(file);
        config.setTrustStoreFile(file.toString());
        config.setTrustStorePassphrase(PASSWORD);
        return use.get();
      } finally {
        Files.delete(file);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(
          "cannot prepare TLS: nothing can be written to " + System.getProperty("java.io.tmpdir"),
          e);
    }
  }

  private static void writeNobody(Path file) throws IOException, GeneralSecurityException {
    var nobody = KeyStore.getInstance("JKS");
    nobody.load(null, null);
    try (var out = Files.newOutputStream(file)) {
      nobody.store(out, PASSWORD.toCharArray());
    }
  }
}
