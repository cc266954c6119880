package dev.salvor.archive;

import dev.salvor.archive.ArchiveException.Kind;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Says what a failure of the AWS SDK means for a person. The texts are our own: a server's may
 * repeat what was sent to it. Error codes: S3 API reference, "Error responses"; look-alikes answer
 * with the same codes under other statuses.
 */
record S3Errors(ArchiveAddress address) {
  ArchiveException of(SdkException failed) {
    if (failed instanceof AwsServiceException answered) return answered(answered);
    if (failed instanceof ApiCallTimeoutException
        || failed instanceof ApiCallAttemptTimeoutException) return timeout();
    if (failed instanceof AbortedException)
      return new ArchiveException(Kind.TIMEOUT, "reading the archive was interrupted", "Try again");
    for (@Nullable Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) return timeout();
      if (cause instanceof SSLException) return tls(cause);
      if (cause instanceof java.net.UnknownHostException)
        return unreachable("its host name does not resolve");
      if (cause instanceof java.net.SocketException) return unreachable("no connection");
    }
    return notS3("its answer cannot be read");
  }

  private ArchiveException answered(AwsServiceException failed) {
    var details = failed.awsErrorDetails();
    var code = details == null || details.errorCode() == null ? "" : details.errorCode();
    var status = failed.statusCode();
    return switch (code) {
      case "NoSuchBucket" ->
          error(
              Kind.BUCKET_MISSING,
              "there is no bucket " + address.bucket(),
              "Correct destinationPath or endpointURL of the archive");
      case "NoSuchKey" -> error(Kind.NO_SUCH_KEY, "there is no such object", "Try again");
      case "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "TemporaryRedirect",
          "IllegalLocationConstraintException" ->
          region(failed);
      case "RequestTimeTooSkewed" ->
          error(
              Kind.FORBIDDEN,
              "the clocks of this cluster and of the object store are too far apart",
              "Set both clocks by NTP");
      case "InvalidAccessKeyId" ->
          error(
              Kind.FORBIDDEN,
              "the object store does not know this access key",
              "Correct the Secret that s3Credentials.accessKeyId names");
      case "SignatureDoesNotMatch" ->
          error(
              Kind.FORBIDDEN,
              "the secret key does not belong to the access key",
              "Correct the Secret that s3Credentials.secretAccessKey names");
      case "ExpiredToken", "InvalidToken" ->
          error(
              Kind.FORBIDDEN,
              "the session token is expired or wrong",
              "Renew the Secret that s3Credentials.sessionToken names");
      default -> byStatus(failed, status, code);
    };
  }

  private ArchiveException byStatus(AwsServiceException failed, int status, String code) {
    if (status == 301 || status == 307) return region(failed);
    if (status == 401 || status == 403)
      return error(
          Kind.FORBIDDEN,
          "the object store refuses these credentials" + named(code),
          "Allow them s3:ListBucket and s3:GetObject on bucket " + address.bucket());
    if (status == 404) return notS3("it has nothing there and does not say what is missing");
    if (status == 408 || status == 504) return timeout();
    if (status >= 500 || status == 429) return unreachable("it answers " + status + named(code));
    return notS3("it refuses the request with " + status + named(code));
  }

  private ArchiveException region(AwsServiceException failed) {
    var details = failed.awsErrorDetails();
    var response = details == null ? null : details.sdkHttpResponse();
    var right =
        response == null
            ? ""
            : response
                .firstMatchingHeader("x-amz-bucket-region")
                .filter(name -> name.matches("[a-z0-9-]{1,40}"))
                .orElse("");
    return error(
        Kind.WRONG_REGION,
        "the bucket is in another region" + (right.isEmpty() ? "" : ", " + right),
        "Set s3Credentials.region to a Secret key that holds "
            + (right.isEmpty() ? "the region that the object store is configured with" : right));
  }

  private ArchiveException tls(Throwable cause) {
    var plain = String.valueOf(cause.getMessage()).contains("Unsupported or unrecognized");
    return error(
        Kind.TLS,
        plain
            ? "the object store does not speak TLS"
            : "the certificate of the object store is not trusted, or not for this host",
        plain
            ? "Write http:// in endpointURL"
            : "Put the certificate of its authority into a Secret and name it in endpointCA; the host in endpointURL must be in the server's certificate");
  }

  private ArchiveException timeout() {
    return error(
        Kind.TIMEOUT,
        "the object store does not answer in time",
        "Look at its load and at network policies between Salvor and it");
  }

  private ArchiveException unreachable(String why) {
    return error(
        Kind.UNREACHABLE,
        "the object store cannot be reached: " + why,
        "Check endpointURL, and let Salvor's pod reach it (network policies, DNS)");
  }

  ArchiveException notS3(String why) {
    return error(
        Kind.BAD_REQUEST,
        "what is at the endpoint does not answer as S3 does: " + why,
        "Check endpointURL (host, port, https or http, no bucket in it), region and destinationPath");
  }

  private ArchiveException error(Kind kind, String message, String remedy) {
    return new ArchiveException(kind, message + " (" + address.text() + ")", remedy);
  }

  private static String named(String code) {
    return code.matches("[A-Za-z0-9]{1,60}") ? " (" + code + ")" : "";
  }
}
