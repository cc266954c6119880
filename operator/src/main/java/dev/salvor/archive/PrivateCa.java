package dev.salvor.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Trust in the authorities of one PEM text and nobody else, as with barman's AWS_CA_BUNDLE. */
final class PrivateCa {
  private PrivateCa() {}

  static TrustManager[] trust(String pem) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      var text = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
      var number = 0;
      for (var authority : CertificateFactory.getInstance("X.509").generateCertificates(text))
        store.setCertificateEntry("ca-" + number++, authority);
      if (number == 0) throw unusable();
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException unreadable) {
      throw unusable();
    }
  }

  private static ArchiveException unusable() {
    return new ArchiveException(
        ArchiveException.Kind.TLS,
        "the Secret that endpointCA names holds no certificate in PEM",
        "Put the authority's certificate there, beginning with -----BEGIN CERTIFICATE-----");
  }
}
