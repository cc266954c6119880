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
import org.jspecify.annotations.Nullable;

/** Whose archive, and whether it is only to be looked at. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.approval) || self.approval != 'Automatic' || has(self.notAfter)",
    message =
        "approval: Automatic needs spec.notAfter, so that this manifest does nothing when it comes back later; set notAfter to a time soon after now")
public record ArchiveResetSpec(
    @JsonPropertyDescription("Name of the CloudNativePG Cluster")
        @Required
        @Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")
        @Size(min = 1, max = 50)
        String cluster,
    @JsonPropertyDescription("Diagnose changes nothing and says what is wrong; Repair mends it")
        @Default("Repair")
        @Nullable Mode mode,
    @JsonPropertyDescription(
            "serverName to archive to where a new one is needed; the next free <name>-v<n> if absent")
        @Pattern("^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$")
        @Size(max = 200)
        @Nullable String lineage,
    @JsonPropertyDescription("The namespace of the Cluster; only in the operator's own namespace")
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @Size(max = 63)
        @Nullable String targetNamespace,
    @Nullable GitOpsOptions gitOps,
    @JsonPropertyDescription(
            "Required: a person copies status.plan.approve into approvedPlan. Automatic: the diagnosis approves")
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

  /** Look, or mend. */
  public enum Mode {
    Diagnose,
    Repair
  }

  /** True if nothing may be changed. */
  public boolean diagnoses() {
    return mode == Mode.Diagnose;
  }
}
