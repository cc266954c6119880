package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which node is gone for good, and what is to be done where that is not obvious. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.confirmNodeLost) || self.confirmNodeLost == self.nodeName",
    message =
        "confirmNodeLost must repeat nodeName: with it you say that this machine is off and will never come back with its disks")
@ValidationRule(
    value = "!(has(self.include) && has(self.exclude))",
    message = "give either include or exclude, not both")
@ValidationRule(
    value = "!has(self.approval) || self.approval != 'Automatic' || has(self.notAfter)",
    message =
        "approval: Automatic needs spec.notAfter, so that this manifest does nothing when it comes back later; set notAfter to a time soon after now")
public record NodeLossRecoverySpec(
    @JsonPropertyDescription("Name of the node that is gone for good")
        @Required
        @Pattern("^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$")
        @Size(min = 1, max = 253)
        String nodeName,
    @JsonPropertyDescription(
            "Your word that the machine is off and will never come back with its disks: repeat nodeName. Neither a missing Node object nor a silent kubelet proves it. The taint node.kubernetes.io/out-of-service on the Node says the same.")
        @Size(max = 253)
        @Nullable String confirmNodeLost,
    @JsonPropertyDescription(
            "A new machine has taken the name over, with empty disks: volumes older than its Node object are lost")
        @Nullable Boolean replaced,
    @JsonPropertyDescription("Only these namespaces; all if absent") @Size(max = 500)
        @Nullable List<String> include,
    @JsonPropertyDescription("All namespaces but these") @Size(max = 500)
        @Nullable List<String> exclude,
    @JsonPropertyDescription(
            "How claims come back where that is not obvious; a claim that is not named here and has no backup is only reported")
        @Size(max = 500)
        @Nullable List<ClaimSource> sources,
    @JsonPropertyDescription("Delete the Node object at the end, if it is still there")
        @Nullable Boolean deleteNodeObject,
    @Nullable GitOpsOptions gitOps,
    @JsonPropertyDescription(
            "Required: a person copies status.plan.approve into approvedPlan. Automatic: the map approves itself")
        @Default("Required")
        @Nullable Approval approval,
    @JsonPropertyDescription("The value of status.plan.approve that you approve") @Size(max = 256)
        @Nullable String approvedPlan,
    @JsonPropertyDescription("Stop, and do no more") @Nullable Boolean abort,
    @JsonPropertyDescription("Raise by one to try again after a failure") @Min(0)
        @Nullable Integer retry,
    @JsonPropertyDescription("The recovery refuses to start after this time")
        @Nullable Instant notAfter)
    implements RecoverySpec {

  /** There is nothing to go back to. */
  @Override
  public @Nullable UndoOptions undo() {
    return null;
  }

  /** It is about the whole cluster. */
  @Override
  public @Nullable String targetNamespace() {
    return null;
  }

  /** {@link #replaced} without the null. */
  public boolean newMachine() {
    return Boolean.TRUE.equals(replaced);
  }

  /** {@link #sources} without the null. */
  public List<ClaimSource> allSources() {
    return sources == null ? List.of() : sources;
  }

  /** What a person says about this claim. */
  public Optional<ClaimSource> source(String namespace, String claim) {
    return allSources().stream()
        .filter(
            one -> one.namespace().equals(namespace) && one.persistentVolumeClaim().equals(claim))
        .findFirst();
  }

  /** True if the recovery is about this namespace. */
  public boolean covers(String namespace) {
    if (include != null) return include.contains(namespace);
    return exclude == null || !exclude.contains(namespace);
  }
}
