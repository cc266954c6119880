package dev.salvor.kube;

import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster as it would be: every write is sent as a server-side dry run and then only
 * remembered, so that acts can be gone through to see what the API server will refuse (403, quota,
 * admission, schema), without a change.
 */
public final class Rehearsal extends ForwardingReader implements ClusterWriter {
  private final ClusterReader cluster;
  private final Map<Ref, Optional<Seen>> changed = new HashMap<>();
  private final List<String> refused = new ArrayList<>();
  private int writes;

  public Rehearsal(ClusterReader cluster) {
    super(cluster);
    this.cluster = cluster;
  }

  /** What would be refused, as sentences. */
  public List<String> refused() {
    return List.copyOf(refused);
  }

  /** How many writes were tried. */
  public int writes() {
    return writes;
  }

  @Override
  public Seen write(Write write) {
    writes++;
    var after =
        switch (write) {
          case Write.Create(var manifest) -> {
            if (!inImaginedNamespace(write.ref()))
              note(write.ref(), "create", cluster.rehearse(write));
            var made = manifest.deepCopy();
            made.withObject("/metadata").put("uid", "rehearsed").put("resourceVersion", "0");
            yield new Seen(write.ref(), made);
          }
          case Write.Patch(var before, var wanted) -> {
            var live = cluster.get(before.ref());
            if (live.isPresent() && live.get().uid().equals(before.uid())) {
              var patched = wanted.deepCopy();
              patched.withObject("/metadata").put("resourceVersion", live.get().resourceVersion());
              note(before.ref(), "patch", cluster.rehearse(new Write.Patch(live.get(), patched)));
            }
            yield new Seen(before.ref(), wanted);
          }
          // of a foreign controller's order nothing can be told before its time
          case Write.StatusPatch(var before, var wanted) -> new Seen(before.ref(), wanted);
        };
    changed.put(write.ref(), Optional.of(after));
    return after;
  }

  @Override
  public void delete(Victim victim, String resourceVersion) {
    writes++;
    var kind = Kinds.of(victim.ref());
    var namespace = victim.ref().namespace();
    if (!cluster.allowed("delete", kind, namespace == null ? "" : namespace)) {
      refused.add("delete of " + victim.ref().text() + " is not allowed by RBAC");
    }
    changed.put(victim.ref(), Optional.empty());
  }

  @Override
  public void expel(Victim pod, String resourceVersion) {
    delete(pod, resourceVersion);
  }

  @Override
  public Optional<Seen> get(Ref ref) {
    return changed.containsKey(ref) ? changed.get(ref) : cluster.get(ref);
  }

  @Override
  public List<Seen> list(Kind kind, String namespace, Map<String, String> labels) {
    var all = new ArrayList<Seen>();
    for (var seen : cluster.list(kind, namespace, labels)) {
      var now = changed.getOrDefault(seen.ref(), Optional.of(seen));
      now.ifPresent(all::add);
    }
    return all;
  }

  /** A namespace that only exists in the rehearsal cannot be written to in a dry run. */
  private boolean inImaginedNamespace(Ref ref) {
    var namespace = ref.namespace();
    return namespace != null && changed.containsKey(Kinds.NAMESPACE.ref(namespace));
  }

  private void note(Ref ref, String verb, Optional<String> why) {
    why.ifPresent(reason -> refused.add(verb + " of " + ref.text() + ": " + reason));
  }
}
