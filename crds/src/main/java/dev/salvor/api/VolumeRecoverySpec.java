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
import org.jspecify.annotations.Nullable;

/** One claim, and one source of its data. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.approval) || self.approval != 'Automatic' || has(self.notAfter)",
    message =
        "approval: Automatic needs spec.notAfter, so that this manifest does nothing when it comes back later; set notAfter to a time soon after now")
public record VolumeRecoverySpec(
    @JsonPropertyDescription("The claim to recover; it must exist, and may be empty or Pending")
        @Required
        @Pattern("^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$")
        @Size(min = 1, max = 253)
        String persistentVolumeClaim,
    @Required VolumeSource source,
    @Nullable Verification verification,
    @JsonPropertyDescription(
            "Other claims that stay at today's state although their consumer goes back in time with this one")
        @Size(max = 64)
        @Nullable List<@Size(min = 1, max = 253) String> acceptMixedTimes,
    @Nullable Prepare prepare,
    @JsonPropertyDescription("The namespace of the claim; only in the operator's own namespace")
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @Size(max = 63)
        @Nullable String targetNamespace,
    @Nullable GitOpsOptions gitOps,
    @JsonPropertyDescription(
            "Required: a person copies status.plan.approve into approvedPlan. Automatic: the proof approves")
        @Default("Required")
        @Nullable Approval approval,
    @JsonPropertyDescription("The value of status.plan.approve that you approve") @Size(max = 256)
        @Nullable String approvedPlan,
    @JsonPropertyDescription("Stop and take back what was done") @Nullable Boolean abort,
    @Nullable UndoOptions undo,
    @JsonPropertyDescription("Raise by one to try again after a failure") @Min(0)
        @Nullable Integer retry,
    @JsonPropertyDescription("The recovery refuses to start after this time")
        @Nullable Instant notAfter)
    implements RecoverySpec {

  /** {@link #acceptMixedTimes} without the null. */
  public List<String> mixed() {
    return acceptMixedTimes == null ? List.of() : acceptMixedTimes;
  }

  /** True if nothing is copied before a person has approved. */
  public boolean preparesAfterApproval() {
    return prepare != null && prepare.when() == Prepare.When.AfterApproval;
  }
}
