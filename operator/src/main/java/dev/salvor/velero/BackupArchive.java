package dev.salvor.velero;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Seen;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one namespace in a backup's tarball that matter for its volumes, by name. Layout:
 * {@code resources/<resource>/namespaces/<namespace>/<name>.json}, {@code
 * resources/<resource>/cluster/<name>.json}; the same again below a version folder, which is passed
 * over (velero pkg/archive/filesystem.go, pkg/backup/item_backupper.go).
 *
 * @param pods in every phase
 * @param volumes PersistentVolumes of all namespaces
 */
record BackupArchive(
    SortedMap<String, Seen> pods, SortedMap<String, Seen> claims, SortedMap<String, Seen> volumes) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An object of Kubernetes is at most 1.5 MiB; what is longer is none. */
  private static final long LONGEST = 8L << 20;

  private static final Pattern PATH =
      Pattern.compile("(?:\\./)?resources/([^/]+)/(?:namespaces/([^/]+)|cluster)/([^/]+)\\.json");

  /** Reads to the end of the stream, and keeps what belongs to the namespace. */
  static BackupArchive read(InputStream tarball, String namespace) throws IOException {
    var archive = new BackupArchive(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    try (var tar = new TarArchiveInputStream(new GZIPInputStream(tarball))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var path = PATH.matcher(entry.getName());
        if (!entry.isFile() || !path.matches() || entry.getSize() > LONGEST) continue;
        var within = path.group(2);
        var into = archive.shelf(path.group(1), within == null);
        if (into == null || (within != null && !within.equals(namespace))) continue;
        if (JSON.readTree(tar.readAllBytes()) instanceof ObjectNode object)
          into.put(path.group(3), seen(object));
      }
    }
    return archive;
  }

  private @Nullable Map<String, Seen> shelf(String resource, boolean cluster) {
    return switch (resource) {
      case "pods" -> cluster ? null : pods;
      case "persistentvolumeclaims" -> cluster ? null : claims;
      case "persistentvolumes" -> cluster ? volumes : null;
      default -> null;
    };
  }

  private static Seen seen(ObjectNode object) {
    var namespace = object.at("/metadata/namespace");
    return new Seen(
        new Ref(
            object.path("apiVersion").asText(),
            object.path("kind").asText(),
            namespace.isTextual() ? namespace.asText() : null,
            object.at("/metadata/name").asText()),
        object);
  }
}
