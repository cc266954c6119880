package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A CloudNativePG Cluster as it was found.
 *
 * @param uid null if it does not exist (then the manifest is {@code spec.template})
 * @param manifest apiVersion, kind, metadata with name, namespace, labels and annotations, and
 *     spec, as it is to be created again; without status and what the API server adds
 * @param healthy phase "Cluster in healthy state", all instances ready, current = target primary
 * @param canHibernate healthy, and nothing forbids the exchange under hibernation (DESIGN D11)
 * @param instances {@code spec.instances}
 * @param primary name of the current primary, e.g. {@code db-2}; null if none is known
 * @param serial its {@code cnpg.io/nodeSerial}; 0 if unknown
 * @param claims names of the claims of the primary: data first, then WAL, then tablespaces
 * @param others names of the claims of all other instances
 * @param systemId PostgreSQL's system identifier; null if the cluster does not tell
 * @param timeline {@code status.timelineID}; 0 if unknown
 * @param major PostgreSQL major version; 0 if unknown
 * @param archive null if it archives nowhere
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DatabaseFacts(
    String name,
    @Nullable String uid,
    @PreserveUnknownFields @Nullable ObjectNode manifest,
    boolean healthy,
    boolean canHibernate,
    int instances,
    @Nullable String primary,
    int serial,
    List<String> claims,
    List<String> others,
    @Nullable String systemId,
    long timeline,
    int major,
    @Nullable Archive archive) {
  public DatabaseFacts {
    claims = claims == null ? List.of() : List.copyOf(claims);
    others = others == null ? List.of() : List.copyOf(others);
  }

  /**
   * Where it archives to.
   *
   * @param objectStore name of the barman plugin's ObjectStore; null for the in-tree {@code
   *     spec.backup.barmanObjectStore}
   * @param destinationPath {@code s3://bucket/prefix}
   * @param serverName the lineage
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Archive(@Nullable String objectStore, String destinationPath, String serverName) {
    /** True for the barman-cloud plugin, false for in-tree. */
    public boolean plugin() {
      return objectStore != null;
    }
  }

  /** The archive, for a step that comes after the look that demands one. */
  public Archive knownArchive() {
    if (archive == null) throw new IllegalStateException("cluster " + name + " has no archive");
    return archive;
  }

  /** The manifest, for a step that comes after the look that demands one. */
  public ObjectNode knownManifest() {
    if (manifest == null) throw new IllegalStateException("cluster " + name + " has no manifest");
    return manifest;
  }
}
