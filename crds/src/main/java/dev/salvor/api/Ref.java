package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * Names one object.
 *
 * @param apiVersion group and version as in a manifest: {@code v1}, {@code apps/v1}
 * @param kind as in a manifest: {@code Deployment}
 * @param namespace null for a cluster-scoped kind
 * @param name the object's name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Ref(String apiVersion, String kind, @Nullable String namespace, String name) {
  /**
   * {@code Deployment shop/web}, or {@code PersistentVolume pv-1}: how people are told about it.
   */
  public String text() {
    return kind + " " + (namespace == null ? "" : namespace + "/") + name;
  }

  /** True when both name the same kind of object, whatever the version it was read in. */
  public boolean sameKind(Ref other) {
    return kind.equals(other.kind) && group().equals(other.group());
  }

  /** The API group; empty for the core group. */
  public String group() {
    var slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }
}
