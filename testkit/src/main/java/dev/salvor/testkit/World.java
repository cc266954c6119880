package dev.salvor.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Edit;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The cluster as its other inhabitants see it: controllers that are modelled, people, GitOps tools.
 * They may do anything. Every method may throw {@link dev.salvor.kube.ClusterException}.
 */
public interface World {
  /** A copy, the caller's to change; in memory without managedFields. */
  Optional<ObjectNode> get(Ref ref);

  /** Copies of all objects of a kind; {@code namespace} "" means all namespaces. */
  List<ObjectNode> list(Kind kind, String namespace);

  /** Makes an object, its status included if it has one. Returns it as it was stored. */
  ObjectNode create(ObjectNode manifest);

  /**
   * Replaces an object, its status included. Without {@code metadata.resourceVersion} whatever is
   * there is overwritten.
   */
  ObjectNode update(ObjectNode object);

  /** An object that is gone is no error. A pod that runs gets its grace period. */
  void delete(Ref ref);

  /** DELETE with a grace period of zero, as a kubelet does in the end. Finalizers still count. */
  default void deleteNow(Ref ref) {
    delete(ref);
  }

  /** The same world for somebody with this field manager, who applies (server-side apply). */
  default World as(String manager) {
    return this;
  }

  /**
   * Creates an object, or merges {@code manifest} over it: maps are merged, lists are replaced,
   * null removes.
   */
  default ObjectNode apply(ObjectNode manifest) {
    var there = get(Manifests.ref(manifest));
    return there.isEmpty() ? create(manifest) : update(Manifests.merged(there.get(), manifest));
  }

  /** As {@link #get}, to be read only: cheaper. */
  default Optional<Seen> look(Ref ref) {
    return get(ref).map(object -> new Seen(Manifests.ref(object), object));
  }

  /** As {@link #list}, to be read only: cheaper. */
  default List<Seen> look(Kind kind, String namespace) {
    return list(kind, namespace).stream()
        .map(object -> new Seen(Manifests.ref(object), object))
        .toList();
  }

  /** Updates an object to what was edited; no request if nothing was. */
  default void save(Edit edit) {
    if (!edit.isEmpty() && edit.write() instanceof Write.Patch(_, var after)) update(after);
  }

  /**
   * What is on the volumes, by UID of the PersistentVolume, where somebody keeps account of it; an
   * account that forgets elsewhere.
   */
  default VolumeData volumeData() {
    return new VolumeData();
  }

  /** What containers print, where somebody keeps it. */
  default PodLogs podLogs() {
    return new PodLogs();
  }

  Instant now();
}
