package dev.salvor.archive;

import com.robothy.s3.rest.LocalS3;
import com.robothy.s3.rest.bootstrap.LocalS3Mode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A bucket on a real S3 server (local-s3, in memory), which checks no signatures. */
final class LocalBucket implements AutoCloseable {
  static final String NAME = "backups";

  private final LocalS3 server;
  private final S3Client client;

  LocalBucket() {
    server = LocalS3.builder().port(-1).mode(LocalS3Mode.IN_MEMORY).build();
    server.start();
    client =
        S3Client.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "key")))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .endpointOverride(URI.create(endpoint()))
            .build();
    client.createBucket(request -> request.bucket(NAME));
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getPort();
  }

  ArchiveAddress address(String bucket, String path) {
    return new ArchiveAddress(
        bucket,
        path,
        endpoint(),
        null,
        new ArchiveAddress.Credentials("test-access-id", "test-secret-key", null),
        null);
  }

  S3ObjectStore open() {
    return new S3ObjectStore(address(NAME, ""), S3ObjectStore.Limits.usual());
  }

  void put(String key, byte[] body) {
    client.putObject(request -> request.bucket(NAME).key(key), RequestBody.fromBytes(body));
  }

  /** The same small body under many keys. */
  void putAll(List<String> keys) {
    try (var workers = Executors.newFixedThreadPool(4)) {
      var waiting = new ArrayList<Future<?>>();
      for (var key : keys) waiting.add(workers.submit(() -> put(key, new byte[] {1})));
      for (var one : waiting) one.get();
    } catch (InterruptedException | ExecutionException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public void close() {
    client.close();
    server.shutdown();
  }
}
