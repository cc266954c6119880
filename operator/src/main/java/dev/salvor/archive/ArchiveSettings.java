package dev.salvor.archive;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.Facts;
import dev.salvor.archive.ArchiveAddress.Credentials;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a Cluster archives to, and the credentials for it, from its own settings: the barman
 * plugin's ObjectStore (plugin-barman-cloud v0.14 api/v1/objectstore_types.go, {@code
 * spec.configuration}) or in-tree {@code spec.backup.barmanObjectStore}, which have the same fields
 * (barman-cloud v0.5.1 pkg/api/config.go).
 */
record ArchiveSettings(ClusterReader cluster) {
  /** What came of it. */
  sealed interface Found {
    /** The archive can be asked. */
    record Open(ArchiveAddress address) implements Found {}

    /** It cannot, from here. */
    record Closed(String reason, String message, String remedy) implements Found {}
  }

  Found of(Facts facts) {
    var database = facts.postgres().knownDatabase();
    var archive = database.archive();
    if (archive == null)
      return new Found.Closed(
          "ArchiveMissing",
          "Cluster " + database.name() + " archives nowhere, so there is nothing to recover from",
          "Add an ObjectStore and the barman-cloud plugin, or spec.backup.barmanObjectStore, to the Cluster");
    var namespace = facts.knownTarget().namespace();
    var store = archive.objectStore();
    if (store == null)
      return settings(
          namespace,
          database.knownManifest().at("/spec/backup/barmanObjectStore"),
          "spec.backup.barmanObjectStore of Cluster " + database.name());
    var seen = cluster.get(Kinds.OBJECT_STORE.ref(namespace, store));
    return seen.isEmpty()
        ? new Found.Closed(
            "ObjectStoreMissing",
            "ObjectStore " + namespace + "/" + store + " does not exist",
            "Apply it again from Git, then raise spec.retry")
        : settings(namespace, seen.get().at("/spec/configuration"), seen.get().ref().text());
  }

  private Found settings(String namespace, JsonNode json, String where) {
    var destination = json.path("destinationPath").asText();
    for (var other : java.util.List.of("azureCredentials", "googleCredentials"))
      if (json.has(other))
        return closed(where + " uses " + other + ", which Salvor cannot read", destination);
    var place = ArchiveAddress.place(destination);
    if (place.isEmpty()) return closed(where + " is not on S3: " + destination, destination);
    var s3 = json.path("s3Credentials");
    if (s3.path("inheritFromIAMRole").asBoolean() || !s3.has("accessKeyId"))
      return closed(
          where + " gets its credentials from an IAM role of the database's pods", destination);
    try {
      var token = s3.has("sessionToken") ? secret(namespace, s3, "sessionToken") : null;
      var endpoint = json.path("endpointURL").asText();
      return new Found.Open(
          new ArchiveAddress(
              place.get().bucket(),
              place.get().path(),
              endpoint.isEmpty() ? null : endpoint,
              s3.has("region") ? secret(namespace, s3, "region") : null,
              new Credentials(
                  secret(namespace, s3, "accessKeyId"),
                  secret(namespace, s3, "secretAccessKey"),
                  token),
              json.has("endpointCA") ? secret(namespace, json, "endpointCA") : null));
    } catch (Missing missing) {
      return new Found.Closed(
          "ArchiveCredentialsMissing",
          where + ": " + missing.getMessage(),
          "Create the Secret again (an ExternalSecret may have to sync), then raise spec.retry");
    }
  }

  private static Found closed(String why, String destination) {
    return new Found.Closed(
        "ArchiveNotInspectable",
        why + ", so nothing can be proven about " + destination + " from here",
        "Give the ObjectStore static S3 credentials that may list and read, or recover with CloudNativePG alone");
  }

  private static final class Missing extends Exception {
    private static final long serialVersionUID = 1;

    Missing(String message) {
      super(message);
    }
  }

  /** Names what is missing and never shows what is there. */
  private String secret(String namespace, JsonNode json, String field) throws Missing {
    var name = json.path(field).path("name").asText();
    var key = json.path(field).path("key").asText();
    var seen = cluster.get(Kinds.SECRET.ref(namespace, name));
    if (seen.isEmpty()) throw new Missing("Secret " + namespace + "/" + name + " does not exist");
    var value = seen.get().at("/data").path(key).asText();
    if (value.isEmpty())
      throw new Missing("Secret " + namespace + "/" + name + " has no key " + key);
    return decoded(value)
        .orElseThrow(() -> new Missing("Secret " + namespace + "/" + name + " is not base64"));
  }

  private static Optional<String> decoded(@Nullable String value) {
    try {
      return Optional.of(
          new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8).strip());
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
