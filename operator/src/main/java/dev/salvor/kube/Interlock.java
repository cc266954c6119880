package dev.salvor.kube;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The admission policies of the chart (S9): there, bound, and in force. An API server whose
 * policies are gone would take every delete of Salvor.
 */
public final class Interlock {
  /** What the chart's admission-policy.yaml names {@code <release>-…}. */
  public static final List<String> POLICIES = List.of("deletes", "changes", "creates", "lineage");

  private final ClusterReader cluster;
  private final String release;
  private final boolean narrow;

  /**
   * @param release of the chart; empty where its policies were left out on purpose
   */
  public Interlock(ClusterReader cluster, String release) {
    this(cluster, release, Scope.ALL);
  }

  /**
   * @param scope where it is narrow, one more policy keeps Salvor in it
   */
  public Interlock(ClusterReader cluster, String release, Scope scope) {
    this.cluster = cluster;
    this.release = release;
    this.narrow = scope.narrow();
  }

  /** False where the policies were left out on purpose. */
  public boolean expected() {
    return !release.isEmpty();
  }

  /** What is missing, one sentence each; empty if all is well. */
  public List<String> holes() {
    if (!expected()) return List.of();
    var holes = new ArrayList<String>();
    var suffixes = new ArrayList<>(POLICIES);
    if (narrow) suffixes.add("scope");
    for (var suffix : suffixes) {
      var name = release + "-" + suffix;
      var policy = cluster.get(Kinds.ADMISSION_POLICY.ref(name));
      var binding = cluster.get(Kinds.ADMISSION_BINDING.ref(name));
      if (policy.isEmpty()) holes.add("ValidatingAdmissionPolicy " + name + " is gone");
      else if (policy.get().text("/spec/failurePolicy").equals("Ignore"))
        holes.add("ValidatingAdmissionPolicy " + name + " has failurePolicy Ignore");
      if (binding.isEmpty()) holes.add("ValidatingAdmissionPolicyBinding " + name + " is gone");
      else if (!binds(binding.get(), name))
        holes.add(
            "ValidatingAdmissionPolicyBinding " + name + " does not deny what the policy refuses");
    }
    return List.copyOf(holes);
  }

  /** A binding with matchResources may leave out the very objects that matter. */
  private static boolean binds(Seen binding, String policy) {
    var spec = binding.json().path("spec");
    var denies =
        StreamSupport.stream(spec.path("validationActions").spliterator(), false)
            .anyMatch(action -> action.asText().equals("Deny"));
    var all = spec.path("matchResources");
    return denies
        && spec.path("policyName").asText().equals(policy)
        && all.at("/resourceRules").isMissingNode()
        && all.at("/excludeResourceRules").isMissingNode()
        && all.at("/namespaceSelector/matchExpressions").isMissingNode()
        && all.at("/objectSelector/matchLabels").isMissingNode()
        && all.at("/objectSelector/matchExpressions").isMissingNode();
  }
}
