package dev.salvor.testkit.control;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** A certificate for two days that nobody else has signed, and its key on the curve P-256. */
public record SelfSigned(ECPrivateKey key, X509Certificate certificate) {
  private static final Duration LIFE = Duration.ofDays(2);

  /**
   * A new one.
   *
   * @param subject as in {@code CN=example.org}
   * @param names whom it names beside, in its subjectAltName
   */
  public static SelfSigned of(String subject, GeneralName... names) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var keys = generator.generateKeyPair();
      var now = Instant.now();
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Name(subject),
              BigInteger.valueOf(now.toEpochMilli()),
              Date.from(now.minus(Duration.ofHours(1))),
              Date.from(now.plus(LIFE)),
              new X500Name(subject),
              keys.getPublic());
      if (names.length > 0)
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      var signed =
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
      return new SelfSigned(
          (ECPrivateKey) keys.getPrivate(),
          new JcaX509CertificateConverter().getCertificate(signed));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("cannot make a certificate: " + e.getMessage(), e);
    }
  }

  /** The certificate as PEM. */
  public String pem() {
    return pem(certificate);
  }

  /** The key as PEM. */
  String keyPem() {
    // with the curve, which PEM writers leave to the wrapping that is not there: Go wants it
    var secret =
        new org.bouncycastle.asn1.sec.ECPrivateKey(256, key.getS(), SECObjectIdentifiers.secp256r1);
    try {
      return pem(new PemObject("EC PRIVATE KEY", secret.getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String pem(Object what) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(what);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
