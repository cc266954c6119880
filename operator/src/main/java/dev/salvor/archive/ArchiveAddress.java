package dev.salvor.archive;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an archive is, and how to get in. {@link #toString} shows no secret.
 *
 * @param bucket of {@code destinationPath}
 * @param path of {@code destinationPath}: empty or ending in a slash
 * @param endpoint URL of the store; null for AWS itself
 * @param region to sign for; null if the settings name none
 * @param caPem certificates in PEM which alone are trusted ({@code endpointCA}, AWS_CA_BUNDLE in
 *     barman's environment); null for the system's
 */
public record ArchiveAddress(
    String bucket,
    String path,
    @Nullable String endpoint,
    @Nullable String region,
    Credentials credentials,
    @Nullable String caPem) {
  private static final Pattern DESTINATION =
      Pattern.compile("s3://([A-Za-z0-9._-]{1,255})(?:/(.*))?");

  /** Keys of the object store. */
  public record Credentials(
      String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {
    @Override
    public String toString() {
      return "***";
    }
  }

  /** Bucket and path. */
  public record Place(String bucket, String path) {}

  /**
   * Reads a {@code destinationPath} as barman does (barman 3.17 barman/cloud_providers/aws_s3.py:
   * urlparse, leading slashes off, os.path.join). Empty if it is no S3 address.
   */
  public static Optional<Place> place(String destinationPath) {
    var parts = DESTINATION.matcher(destinationPath);
    if (!parts.matches()) return Optional.empty();
    var path = parts.group(2) == null ? "" : parts.group(2).replaceFirst("^/+", "");
    if (path.matches(".*[?#;\\p{Cntrl}].*")) return Optional.empty();
    return Optional.of(
        new Place(parts.group(1), path.isEmpty() || path.endsWith("/") ? path : path + "/"));
  }

  /** The prefix of everything that belongs to one serverName, with a slash at its end. */
  public String prefix(String serverName) {
    return path + serverName + "/";
  }

  /** {@code s3://bucket/path at https://store:9000 (region eu-1, path style)}: for messages. */
  public String text() {
    return "s3://"
        + bucket
        + "/"
        + path
        + " at "
        + (endpoint == null ? "AWS" : endpoint.replaceFirst("//[^/@]*@", "//***@"))
        + " (region "
        + (region == null ? "not set" : region)
        + ", path style)";
  }

  @Override
  public String toString() {
    return text();
  }
}
