package dev.salvor.volumes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;
import dev.salvor.kube.Write;
import java.time.Duration;

/**
 * Makes the shadow namespace, where the copy is filled: named after the attempt, left out of
 * backups, as strict as the target about pods, and without any network. Where Salvor has rights in
 * some namespaces only, it gives itself there what the chart allows (docs/trust.md).
 */
public record CreateShadow(ClusterWriter cluster, Destroyer destroyer, Surroundings around, Run run)
    implements Act<Facts> {
  static final String NETWORK_POLICY = "salvor-deny-all";

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var name = run.shadow(facts.knownTarget().namespace(), facts.restore().attempt());
    var namespace = cluster.get(Kinds.NAMESPACE.ref(name));
    if (namespace.isEmpty()) return create(namespace(facts, name), "namespace " + name);
    if (!ours(namespace.get()))
      return Outcome.failed(
          "ShadowTaken",
          "namespace " + name + " exists and was not made by this recovery",
          "delete it if nobody needs it, then raise spec.retry: kubectl delete namespace " + name);
    if (namespace.get().terminating())
      return Outcome.waiting("namespace " + name + " of an earlier attempt is still going");
    // asked of the API server, not read: a RoleBinding has an effect a moment later
    if (around.scope().narrow() && !cluster.allowed("create", Kinds.NETWORK_POLICY, name))
      return create(rights(name), "RoleBinding " + around.scope().shadowRole());
    if (cluster.get(Kinds.NETWORK_POLICY.ref(name, NETWORK_POLICY)).isEmpty())
      return create(denyAll(name), "NetworkPolicy " + NETWORK_POLICY);
    return Outcome.done("shadow namespace " + name);
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return new ShadowRemoval(cluster, destroyer, run).undo(facts);
  }

  private Outcome create(ObjectNode manifest, String what) {
    try {
      cluster.write(new Write.Create(manifest));
    } catch (ClusterException.AlreadyExists somebodyWasFaster) {
      return Outcome.waiting(what + " exists already, looking again");
    }
    return Outcome.wrote(what + " created");
  }

  private boolean ours(Seen namespace) {
    return namespace.label(Marks.RUN).equals(run.uid());
  }

  private ObjectNode namespace(Facts facts, String name) {
    var target = facts.knownTarget();
    var manifest = JsonNodeFactory.instance.objectNode();
    manifest.put("apiVersion", "v1").put("kind", "Namespace");
    var metadata = manifest.putObject("metadata").put("name", name);
    var labels = metadata.putObject("labels");
    target.securityLabels().forEach(labels::put);
    labels.put(Marks.RUN, run.uid());
    labels.put(Marks.EXCLUDE_FROM_BACKUP, "true");
    if (!target.annotations().isEmpty()) {
      var annotations = metadata.putObject("annotations");
      target.annotations().forEach(annotations::put);
    }
    return manifest;
  }

  private ObjectNode rights(String namespace) {
    var scope = around.scope();
    var group = Kinds.ROLE_BINDING.group();
    var manifest = JsonNodeFactory.instance.objectNode();
    manifest.put("apiVersion", Kinds.ROLE_BINDING.apiVersion()).put("kind", "RoleBinding");
    var metadata = manifest.putObject("metadata");
    metadata.put("name", scope.shadowRole()).put("namespace", namespace);
    metadata.putObject("labels").put(Marks.RUN, run.uid());
    manifest
        .putObject("roleRef")
        .put("apiGroup", group)
        .put("kind", "ClusterRole")
        .put("name", scope.shadowRole());
    manifest
        .putArray("subjects")
        .addObject()
        .put("kind", "ServiceAccount")
        .put("name", scope.account())
        .put("namespace", around.operator());
    return manifest;
  }

  private ObjectNode denyAll(String namespace) {
    var manifest = JsonNodeFactory.instance.objectNode();
    manifest.put("apiVersion", "networking.k8s.io/v1").put("kind", "NetworkPolicy");
    var metadata = manifest.putObject("metadata");
    metadata.put("name", NETWORK_POLICY).put("namespace", namespace);
    metadata.putObject("labels").put(Marks.RUN, run.uid());
    var spec = manifest.putObject("spec");
    spec.putObject("podSelector");
    spec.putArray("policyTypes").add("Ingress").add("Egress");
    return manifest;
  }
}
