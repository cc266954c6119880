package dev.salvor.testkit.control;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.stream.Stream;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * The certificates that kube-api-test makes (cert.CertManager 7.6.1), under the names where it
 * looks for them first, on the curve P-256: its RSA keys take seconds to be found, and every
 * connection pays for them.
 */
final class Certificates {
  private static final Duration LIFE = Duration.ofDays(2);

  private Certificates() {}

  static void write(Path folder) throws IOException {
    try {
      write(folder, "apiserver", "CN=example.org", apiServer());
      write(folder, "client", "O=system:masters,CN=kubeapitest");
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("cannot make certificates: " + e.getMessage(), e);
    }
  }

  private static GeneralName[] apiServer() {
    var names =
        Stream.of("kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost")
            .map(name -> new GeneralName(GeneralName.dNSName, name));
    var address = Stream.of(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    return Stream.concat(address, names).toArray(GeneralName[]::new);
  }

  private static void write(Path folder, String name, String subject, GeneralName... names)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    var keys = generator.generateKeyPair();
    // with the curve, which PEM writers leave to the wrapping that is not there: Go wants it
    var secret =
        new ECPrivateKey(
            256,
            ((java.security.interfaces.ECPrivateKey) keys.getPrivate()).getS(),
            SECObjectIdentifiers.secp256r1);
    pem(folder.resolve(name + ".key"), new PemObject("EC PRIVATE KEY", secret.getEncoded()));
    pem(folder.resolve(name + ".crt"), signedByItself(keys, new X500Name(subject), names));
  }

  private static Object signedByItself(KeyPair keys, X500Name subject, GeneralName... names)
      throws IOException, OperatorCreationException {
    var now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            subject,
            BigInteger.valueOf(now.toEpochMilli()),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(LIFE)),
            subject,
            keys.getPublic());
    if (names.length > 0)
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
  }

  private static void pem(Path file, Object what) throws IOException {
    try (var writer = new JcaPEMWriter(Files.newBufferedWriter(file))) {
      writer.writeObject(what);
    }
  }
}
