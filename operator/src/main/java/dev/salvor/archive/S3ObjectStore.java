package dev.salvor.archive;

import dev.salvor.archive.ArchiveException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** One bucket over S3: ListObjectsV2 and GetObject with a range, and nothing else. */
final class S3ObjectStore implements ObjectStore {
  private final S3Client client;
  private final ArchiveAddress address;

  S3ObjectStore(S3Client client, ArchiveAddress address) {
    this.client = client;
    this.address = address;
  }

  @Override
  public void list(Listing listing, Visitor visitor) {
    @Nullable String token = null;
    do {
      var page = page(listing, token);
      for (var folder : page.commonPrefixes()) if (!visitor.folder(folder.prefix())) return;
      for (var object : page.contents())
        if (!visitor.object(object.key(), object.size(), object.lastModified())) return;
      token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
    } while (token != null);
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
    return asked(() -> client.listObjectsV2(request));
  }

  @Override
  public byte[] read(String key, long from, int length) {
    return asked(() -> {
      var range = "bytes=" + from + "-" + (from + length - 1);
      try (var stream =
          client.getObject(get -> get.bucket(address.bucket()).key(key).range(range))) {
        return stream.readNBytes(length);
      } catch (IOException e) {
        throw failed(e);
      }
    });
  }

  @Override
  public InputStream open(String key) {
    return asked(() -> client.getObject(get -> get.bucket(address.bucket()).key(key)));
  }

  @Override
  public void close() {
    client.close();
  }

  private <T> T asked(Supplier<T> call) {
    try {
      return call.get();
    } catch (S3Exception answered) {
      throw answered(answered);
    } catch (SdkException failed) {
      throw failed(failed);
    }
  }

  private ArchiveException answered(S3Exception e) {
    var details = e.awsErrorDetails();
    var code = details == null || details.errorCode() == null ? "" : details.errorCode();
    var said = " (" + e.statusCode() + (code.isEmpty() ? "" : " " + code) + ")";
    return switch (code) {
      case "NoSuchBucket" ->
          new ArchiveException(
              Kind.BUCKET_MISSING,
              "bucket " + address.bucket() + " does not exist at " + address.text(),
              "Check destinationPath and endpointURL of the ObjectStore; bring the bucket back if it was deleted");
      case "NoSuchKey" ->
          new ArchiveException(
              Kind.NO_SUCH_KEY,
              "an object that was listed at " + address.text() + " has gone",
              "Raise spec.retry; if it stays so, stop what deletes from the bucket");
      case "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" ->
          new ArchiveException(
              Kind.WRONG_REGION,
              "the store refuses the region of " + address.text() + said,
              "Set s3Credentials.region of the ObjectStore to the bucket's region");
      default -> byStatus(e.statusCode(), said);
    };
  }

  private ArchiveException byStatus(int status, String said) {
    if (status == 401 || status == 403)
      return new ArchiveException(
          Kind.FORBIDDEN,
          "the store refuses the credentials for " + address.text() + said,
          "Check the Secret that s3Credentials names, and that it may list and read the bucket");
    if (status == 301 || status == 307)
      return new ArchiveException(
          Kind.WRONG_REGION,
          "the bucket of " + address.text() + " is elsewhere" + said,
          "Set s3Credentials.region and endpointURL to where the bucket is");
    if (status == 404)
      return new ArchiveException(
          Kind.BAD_REQUEST,
          "what answers at " + address.text() + " does not know the bucket" + said,
          "Check endpointURL of the ObjectStore");
    if (status >= 500)
      return new ArchiveException(
          Kind.UNREACHABLE,
          "the store of " + address.text() + " has a fault" + said,
          "Look at the object store; archiving and recovery wait for it");
    return new ArchiveException(
        Kind.BAD_REQUEST,
        "the store refuses the request to " + address.text() + said,
        "Check endpointURL, region and bucket; some stores answer a wrong region so");
  }

  private ArchiveException failed(Throwable e) {
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException)
        return new ArchiveException(
            Kind.TLS,
            "no trusted connection to " + address.text() + ": " + cause.getMessage(),
            "Put the store's certificate authority into the Secret that endpointCA names, or correct endpointURL");
      if (cause instanceof SocketTimeoutException
          || cause instanceof ApiCallTimeoutException
          || cause instanceof ApiCallAttemptTimeoutException)
        return new ArchiveException(
            Kind.TIMEOUT,
            "no answer in time from " + address.text(),
            "Look at the object store and the network policies between it and Salvor's namespace");
    }
    return new ArchiveException(
        Kind.UNREACHABLE,
        "no connection to " + address.text() + ": " + e.getMessage(),
        "Check endpointURL, DNS and the network policies between Salvor's namespace and the store");
  }
}
