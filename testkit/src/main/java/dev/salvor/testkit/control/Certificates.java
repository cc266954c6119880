package dev.salvor.testkit.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * The certificates that kube-api-test makes (cert.CertManager 7.6.1), under the names where it
 * looks for them first, on the curve P-256: its RSA keys take seconds to be found, and every
 * connection pays for them.
 */
final class Certificates {
  private Certificates() {}

  static void write(Path folder) throws IOException {
    write(folder, "apiserver", SelfSigned.of("CN=example.org", apiServer()));
    write(folder, "client", SelfSigned.of("O=system:masters,CN=kubeapitest"));
  }

  private static GeneralName[] apiServer() {
    var names =
        Stream.of("kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost")
            .map(name -> new GeneralName(GeneralName.dNSName, name));
    var address = Stream.of(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    return Stream.concat(address, names).toArray(GeneralName[]::new);
  }

  private static void write(Path folder, String name, SelfSigned made) throws IOException {
    Files.writeString(folder.resolve(name + ".key"), made.keyPem());
    Files.writeString(folder.resolve(name + ".crt"), made.pem());
  }
}
