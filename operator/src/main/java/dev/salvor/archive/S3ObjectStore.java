package dev.salvor.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * A bucket through the AWS SDK, in the way that S3 look-alikes take too: path style, no checksums
 * that nobody asked for, ListObjectsV2 and ranged GetObject only. Never a HEAD: its errors have no
 * body that would say what is wrong.
 */
public final class S3ObjectStore implements ObjectStore {
  /**
   * How long to wait.
   *
   * @param connect for a connection
   * @param read for the next bytes of an answer
   * @param call for one answer, all attempts together
   * @param body for all of one object
   */
  public record Limits(Duration connect, Duration read, Duration call, Duration body) {
    /** For a store that is alive but busy. */
    public static Limits usual() {
      return new Limits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(40),
          Duration.ofMinutes(1));
    }
  }

  private static final int ATTEMPTS = 3;

  private final ArchiveAddress address;
  private final Limits limits;
  private final S3Errors errors;
  private final S3Client client;

  public S3ObjectStore(ArchiveAddress address, Limits limits) {
    this.address = address;
    this.limits = limits;
    this.errors = new S3Errors(address);
    this.client = client();
  }

  /** The way that production takes. */
  public static Archives archives() {
    return address -> new S3ObjectStore(address, Limits.usual());
  }

  private S3Client client() {
    var http =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(limits.connect())
            .socketTimeout(limits.read());
    if (address.caPem() != null) {
      var trust = PrivateCa.trust(address.caPem());
      http.tlsTrustManagersProvider(() -> trust);
    }
    var builder =
        S3Client.builder()
            .httpClientBuilder(http)
            .credentialsProvider(StaticCredentialsProvider.create(credentials()))
            // a look-alike takes any name here, but one must be signed
            .region(Region.of(address.region() == null ? "us-east-1" : address.region()))
            .forcePathStyle(true)
            .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(configuration ->
                configuration
                    .apiCallTimeout(limits.call())
                    .retryStrategy(StandardRetryStrategy.builder().maxAttempts(ATTEMPTS).build()));
    if (address.endpoint() != null) builder.endpointOverride(endpoint(address.endpoint()));
    return builder.build();
  }

  private URI endpoint(String url) {
    try {
      var uri = URI.create(url);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) return uri;
    } catch (IllegalArgumentException noUrl) {
      // told below
    }
    throw errors.notS3("endpointURL is no http or https URL");
  }

  private AwsCredentials credentials() {
    var keys = address.credentials();
    if (keys.accessKeyId().isBlank() || keys.secretAccessKey().isBlank())
      throw new ArchiveException(
          ArchiveException.Kind.FORBIDDEN,
          "the Secret of the archive's credentials is empty (" + address.text() + ")",
          "Correct the Secret that s3Credentials names");
    return keys.sessionToken() == null
        ? AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey())
        : AwsSessionCredentials.create(
            keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken());
  }

  @Override
  public void list(Listing listing, Visitor visitor) {
    @Nullable String token = null;
    do {
      var page = page(listing, token);
      for (var folder : page.commonPrefixes()) if (!visitor.folder(folder.prefix())) return;
      for (var object : page.contents()) {
        var modified = object.lastModified() == null ? Instant.EPOCH : object.lastModified();
        var size = object.size() == null ? 0 : object.size();
        if (!visitor.object(object.key(), size, modified)) return;
      }
      if (!Boolean.TRUE.equals(page.isTruncated())) return;
      var next = page.nextContinuationToken();
      if (next == null || next.equals(token))
        throw errors.notS3("it says that there is more to list, and not how to get it");
      token = next;
    } while (true);
  }

  private ListObjectsV2Response page(Listing listing, @Nullable String token) {
    var request =
        ListObjectsV2Request.builder()
            .bucket(address.bucket())
            .prefix(listing.prefix())
            .delimiter(listing.folders() ? "/" : null)
            .startAfter(token == null ? listing.startAfter() : null)
            .continuationToken(token)
            .build();
    try {
      var page = client.listObjectsV2(request);
      // a web page with status 200 is read as an answer without any field: not an empty bucket
      if (page.isTruncated() == null && page.name() == null && page.keyCount() == null)
        throw errors.notS3("its answer is no list of objects");
      return page;
    } catch (SdkException failed) {
      throw errors.of(failed);
    }
  }

  @Override
  public byte[] read(String key, long from, int length) {
    try (var body = get(key, "bytes=" + from + "-" + (from + length - 1))) {
      return body.readNBytes(length);
    } catch (IOException broken) {
      throw new ArchiveException(
          ArchiveException.Kind.UNREACHABLE,
          "the object store broke off while it sent an object (" + address.text() + ")",
          "Try again; if it happens again, look at the object store");
    }
  }

  @Override
  public InputStream open(String key) {
    return get(key, "bytes=0-");
  }

  private InputStream get(String key, String range) {
    var request = GetObjectRequest.builder().bucket(address.bucket()).key(key).range(range).build();
    try {
      return new BoundedBody(client.getObject(request), limits.body());
    } catch (AwsServiceException refused) {
      // there is no byte 0 in an empty object
      if (refused.statusCode() == 416) return new ByteArrayInputStream(new byte[0]);
      throw errors.of(refused);
    } catch (SdkException failed) {
      throw errors.of(failed);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
