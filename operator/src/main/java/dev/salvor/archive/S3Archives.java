package dev.salvor.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

/**
 * Object stores that speak S3, with the settings that look-alikes need (postgres.md 2.8): path
 * style, no checksums and no chunked signing that nobody asked for.
 */
public final class S3Archives implements Archives {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration READ = Duration.ofSeconds(15);
  private static final Duration CALL = Duration.ofSeconds(40);

  /** What stores without regions of their own take (MinIO, RustFS). */
  private static final String USUAL_REGION = "us-east-1";

  @Override
  public ObjectStore open(ArchiveAddress address) {
    var http = UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(READ);
    var pem = address.caPem();
    if (pem != null) {
      var trust = trust(address, pem);
      http.tlsTrustManagersProvider(() -> trust);
    }
    var region = address.region() == null ? USUAL_REGION : address.region();
    var builder =
        S3Client.builder()
            .httpClientBuilder(http)
            .region(Region.of(region))
            .credentialsProvider(StaticCredentialsProvider.create(credentials(address)))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(
                S3Configuration.builder()
                    .pathStyleAccessEnabled(true)
                    .chunkedEncodingEnabled(false)
                    .build())
            .overrideConfiguration(override -> override.apiCallTimeout(CALL));
    var endpoint = address.endpoint();
    if (endpoint != null) builder.endpointOverride(uri(address, endpoint));
    return new S3ObjectStore(builder.build(), address);
  }

  private static AwsCredentials credentials(ArchiveAddress address) {
    var keys = address.credentials();
    var token = keys.sessionToken();
    return token == null
        ? AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey())
        : AwsSessionCredentials.create(keys.accessKeyId(), keys.secretAccessKey(), token);
  }

  private static URI uri(ArchiveAddress address, String endpoint) {
    try {
      var uri = URI.create(endpoint);
      if (uri.getScheme() != null && uri.getHost() != null) return uri;
    } catch (IllegalArgumentException noUrl) {
      // said below
    }
    throw new ArchiveException(
        ArchiveException.Kind.UNREACHABLE,
        "the endpoint of " + address.text() + " is no URL",
        "Correct endpointURL of the ObjectStore, e.g. https://s3.example.com");
  }

  private static TrustManager[] trust(ArchiveAddress address, @Nullable String pem) {
    try {
      var keys = KeyStore.getInstance(KeyStore.getDefaultType());
      keys.load(null, null);
      var stream = new ByteArrayInputStream(String.valueOf(pem).getBytes(StandardCharsets.UTF_8));
      var number = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(stream))
        keys.setCertificateEntry("ca-" + number++, certificate);
      if (number == 0) throw new GeneralSecurityException("no certificate in it");
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(keys);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new ArchiveException(
          ArchiveException.Kind.TLS,
          "the certificate authority of " + address.text() + " cannot be read: " + e.getMessage(),
          "Put PEM certificates into the Secret that endpointCA names");
    }
  }
}
