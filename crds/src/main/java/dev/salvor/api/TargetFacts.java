package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The namespace to recover.
 *
 * @param uid null while the namespace does not exist (scope Namespace of a namespace that is gone)
 * @param cluster UID of the namespace kube-system: the cluster's identity
 * @param securityLabels the pod-security labels, for the shadow namespace, which must not be weaker
 * @param annotations OpenShift's uid and MCS ranges, for the same reason
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TargetFacts(
    String namespace,
    @Nullable String uid,
    String cluster,
    Map<String, String> securityLabels,
    Map<String, String> annotations) {
  public TargetFacts {
    securityLabels = securityLabels == null ? Map.of() : Map.copyOf(securityLabels);
    annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
  }
}
