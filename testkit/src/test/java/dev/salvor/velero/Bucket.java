package dev.salvor.velero;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The files of one backup, as Velero lays them out, behind the URLs {@code contents, infos}. */
final class Bucket implements Downloads {
  static final String CONTENTS = "https://bucket.test/contents?X-Amz-Signature=secret";
  static final String INFOS = "https://bucket.test/infos?X-Amz-Signature=secret";

  private final Map<String, String> files = new LinkedHashMap<>();
  private String infos = "[]";
  private boolean old;
  private String broken = "";

  /** An object of the tarball, as YAML. */
  Bucket object(String resource, String yaml) {
    var json = json(yaml);
    var namespace = json.at("/metadata/namespace").asText("");
    var path =
        (namespace.isEmpty() ? "cluster/" : "namespaces/" + namespace + "/")
            + json.at("/metadata/name").asText()
            + ".json";
    files.put("resources/" + resource + "/" + path, json.toString());
    files.put("resources/" + resource + "/v1-preferredversion/" + path, "{}");
    return this;
  }

  Bucket infos(String yaml) {
    infos = json(yaml).toString();
    return this;
  }

  /** Made by a Velero that wrote no volume infos. */
  Bucket old() {
    old = true;
    return this;
  }

  Bucket broken(String message) {
    broken = message;
    return this;
  }

  @Override
  public InputStream open(String url, Trust trust) throws IOException {
    if (!broken.isEmpty()) throw new IOException(broken);
    if (url.equals(CONTENTS)) return new ByteArrayInputStream(tarball());
    if (old) throw new FileNotFoundException("404");
    return new ByteArrayInputStream(gzip(infos));
  }

  private byte[] tarball() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (var file : files.entrySet()) {
        var body = file.getValue().getBytes(StandardCharsets.UTF_8);
        var entry = new TarArchiveEntry(file.getKey());
        entry.setSize(body.length);
        tar.putArchiveEntry(entry);
        tar.write(body);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(String text) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static JsonNode json(String yaml) {
    try {
      return new ObjectMapper().readTree(new YAMLMapper().readTree(yaml).toString());
    } catch (JsonProcessingException wrong) {
      throw new AssertionError(wrong);
    }
  }
}
