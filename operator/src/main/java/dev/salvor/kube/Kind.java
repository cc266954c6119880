package dev.salvor.kube;

import dev.salvor.api.Ref;

/**
 * A kind as the API server serves it.
 *
 * @param apiVersion group and version: {@code v1}, {@code apps/v1}
 * @param plural the resource in paths and RBAC rules: {@code deployments}
 */
public record Kind(String apiVersion, String kind, String plural, boolean namespaced) {
  /** The API group; empty for the core group. */
  public String group() {
    var slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  /** The version without the group. */
  public String version() {
    return apiVersion.substring(apiVersion.indexOf('/') + 1);
  }

  /** An object of this kind. The namespace is ignored for a cluster-scoped kind. */
  public Ref ref(String namespace, String name) {
    return new Ref(apiVersion, kind, namespaced ? namespace : null, name);
  }

  /** An object of this cluster-scoped kind. */
  public Ref ref(String name) {
    return new Ref(apiVersion, kind, null, name);
  }

  /** True if {@code ref} names an object of this kind, whatever the version. */
  public boolean of(Ref ref) {
    return ref.kind().equals(kind) && ref.group().equals(group());
  }

  /** {@code deployments.apps}, as in RBAC rules and Velero's resource lists. */
  public String resource() {
    return group().isEmpty() ? plural : plural + "." + group();
  }
}
