package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to restore, from which backup, and how carefully. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.approval) || self.approval != 'Automatic' || has(self.notAfter)",
    message =
        "approval: Automatic needs spec.notAfter, so that this manifest does nothing when it comes back later; set notAfter to a time soon after now")
@ValidationRule(
    value =
        "!has(self.strategy) || self.strategy != 'Swap' || !has(self.scope) || self.scope == 'Volumes'",
    message =
        "strategy: Swap exchanges volumes only; use scope: Volumes, or leave strategy out to restore the whole namespace in place")
@ValidationRule(
    value = "!has(self.strategy) || self.strategy != 'Beside'",
    message =
        "strategy: Beside is for databases; use Swap, which waits with a proven copy until you approve, or InPlace")
@ValidationRule(
    value = "!has(self.checks) || !has(self.scope) || self.scope == 'Volumes'",
    message =
        "checks run on a copy beside the namespace, which scope: Namespace does not make; use verification instead")
@ValidationRule(
    value = "!has(self.checks) || !has(self.strategy) || self.strategy == 'Swap'",
    message =
        "checks run on a copy beside the namespace, which strategy: InPlace does not make; use strategy: Swap, or verification instead")
@ValidationRule(
    value = "!has(self.fallbackToOlder) || self.fallbackToOlder == 0 || has(self.checks)",
    message =
        "fallbackToOlder takes the next older backup when a check fails; add spec.checks or leave it out")
@ValidationRule(
    value = "!has(self.fallbackToOlder) || self.fallbackToOlder == 0 || !has(self.backup.name)",
    message =
        "fallbackToOlder needs a choice of backups; replace backup.name by backup.schedule or backup.notAfter")
@ValidationRule(
    value = "!has(self.persistentVolumeClaims) || !has(self.scope) || self.scope == 'Volumes'",
    message =
        "persistentVolumeClaims chooses claims; scope: Namespace restores all of them, leave one of the two out")
public record NamespaceRestoreSpec(
    @Required BackupChoice backup,
    @JsonPropertyDescription(
            "Volumes restores the data only and leaves the workloads as Git has them; Namespace restores everything")
        @Default("Volumes")
        @Nullable Scope scope,
    @JsonPropertyDescription(
            "Swap restores beside, proves, exchanges; InPlace destroys first. Default: Swap for Volumes where the claims exist")
        @Nullable Strategy strategy,
    @JsonPropertyDescription("Which claims; all of the namespace if absent")
        @Nullable ClaimChoice persistentVolumeClaims,
    @JsonPropertyDescription("StorageClass of the backup -> StorageClass to restore into")
        @Nullable Map<String, String> storageClassMapping,
    @JsonPropertyDescription("Jobs that judge the restored copy before it is exchanged")
        @Size(max = 16)
        @Nullable List<Check> checks,
    @JsonPropertyDescription("How many older backups may be tried when a check fails")
        @Min(0)
        @Max(30)
        @Nullable Integer fallbackToOlder,
    @Nullable Verification verification,
    @JsonPropertyDescription(
            "Claims that stay at today's state although their consumer goes back in time")
        @Size(max = 64)
        @Nullable List<@Size(min = 1, max = 253) String> acceptMixedTimes,
    @Nullable Prepare prepare,
    @JsonPropertyDescription("The namespace to restore; only in the operator's own namespace")
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

  /** How much comes back. */
  public enum Scope {
    Volumes,
    Namespace
  }

  /** {@link #scope} without the null. */
  public Scope effectiveScope() {
    return scope == null ? Scope.Volumes : scope;
  }

  /** {@link #checks} without the null. */
  public List<Check> allChecks() {
    return checks == null ? List.of() : checks;
  }

  /** {@link #storageClassMapping} without the null. */
  public Map<String, String> mapping() {
    return storageClassMapping == null ? Map.of() : storageClassMapping;
  }

  /** {@link #fallbackToOlder} without the null. */
  public int olderBackups() {
    return fallbackToOlder == null ? 0 : fallbackToOlder;
  }

  /** True if nothing is copied before a person has approved. */
  public boolean preparesAfterApproval() {
    return prepare != null && prepare.when() == Prepare.When.AfterApproval;
  }
}
