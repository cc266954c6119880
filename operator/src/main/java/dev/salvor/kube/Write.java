package dev.salvor.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;

/** One request that changes the cluster, and destroys nothing. */
public sealed interface Write {
  /** The object it is about. */
  Ref ref();

  /** A POST; refused with {@link ClusterException.AlreadyExists} if the name is taken. */
  record Create(ObjectNode manifest) implements Write {
    @Override
    public Ref ref() {
      var namespace = manifest.at("/metadata/namespace");
      return new Ref(
          manifest.path("apiVersion").asText(),
          manifest.path("kind").asText(),
          namespace.isTextual() ? namespace.asText() : null,
          manifest.at("/metadata/name").asText());
    }
  }

  /**
   * A JSON patch (RFC 6902) from one to the other, under field manager {@code salvor}, that tests
   * {@code metadata.uid} and {@code metadata.resourceVersion} first: refused with {@link
   * ClusterException.Conflict} if the object is not the one that was read.
   */
  record Patch(Seen before, ObjectNode after) implements Write {
    @Override
    public Ref ref() {
      return before.ref();
    }
  }

  /**
   * The same of its status, for the few fields of it that are an order to somebody, as {@code
   * status.targetPrimary} of CloudNativePG is.
   */
  record StatusPatch(Seen before, ObjectNode after) implements Write {
    @Override
    public Ref ref() {
      return before.ref();
    }
  }
}
