package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which cluster, to which moment, and how carefully. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.approval) || self.approval != 'Automatic' || has(self.notAfter)",
    message =
        "approval: Automatic needs spec.notAfter, so that this manifest does nothing when it comes back later; set notAfter to a time soon after now")
@ValidationRule(
    value = "!has(self.checks) || !has(self.strategy) || self.strategy != 'InPlace'",
    message =
        "checks run on a copy beside the cluster, which strategy: InPlace does not make; use strategy: Swap or Beside, or leave checks out")
public record PostgresRecoverySpec(
    @JsonPropertyDescription("Name of the CloudNativePG Cluster")
        @Required
        @Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")
        @Size(min = 1, max = 50)
        String cluster,
    @JsonPropertyDescription("The moment to recover to; the newest if absent")
        @Nullable RecoveryTarget target,
    @JsonPropertyDescription(
            "Swap recovers beside, proves, exchanges the volumes under the old Cluster; Beside stops after the proof; InPlace deletes first. Default: Swap where the old Cluster exists and there is room")
        @Nullable Strategy strategy,
    @JsonPropertyDescription(
            "serverName to recover from; that of the Cluster if absent, or of an earlier lineage of the same system where the target lies before")
        @Pattern("^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$")
        @Size(max = 200)
        @Nullable String source,
    @JsonPropertyDescription(
            "serverName to archive to from now on; the next free <name>-v<n> if absent")
        @Pattern("^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$")
        @Size(max = 200)
        @Nullable String lineage,
    @JsonPropertyDescription(
            "Workloads to stop meanwhile; if absent, those that use the Cluster's Secrets and Services. An empty list stops nothing")
        @Size(max = 64)
        @Nullable List<ConsumerChoice> consumers,
    @JsonPropertyDescription("SQL that judges the recovered copy before it is exchanged")
        @Size(max = 16)
        @Nullable List<SqlCheck> checks,
    @JsonPropertyDescription("Whether the present state is backed up once more first")
        @Default("IfPossible")
        @Nullable SafetyBackup safetyBackup,
    @JsonPropertyDescription(
            "Go to a moment of which it cannot be proven that the archive reaches it, because the WAL cannot be read")
        @Nullable Boolean allowUnproven,
    @JsonPropertyDescription(
            "The Cluster is made anew, so LoadBalancer and NodePort Services may get new addresses; only where it is gone or cannot hibernate")
        @Nullable Boolean acceptNewAddresses,
    @JsonPropertyDescription(
            "The Cluster's manifest (postgresql.cnpg.io/v1), for a Cluster that is gone")
        @PreserveUnknownFields
        @Nullable ObjectNode template,
    @Nullable Verification verification,
    @Nullable Prepare prepare,
    @JsonPropertyDescription("The namespace of the Cluster; only in the operator's own namespace")
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
    @JsonPropertyDescription("Raise by one to try again after a failure")
        @io.fabric8.generator.annotation.Min(0)
        @Nullable Integer retry,
    @JsonPropertyDescription("The recovery refuses to start after this time")
        @Nullable Instant notAfter)
    implements RecoverySpec {

  /** {@link #target} without the null. */
  public RecoveryTarget goal() {
    return target == null ? RecoveryTarget.newest() : target;
  }

  /** {@link #checks} without the null. */
  public List<SqlCheck> allChecks() {
    return checks == null ? List.of() : checks;
  }

  /** {@link #safetyBackup} without the null. */
  public SafetyBackup safety() {
    return safetyBackup == null ? SafetyBackup.IfPossible : safetyBackup;
  }

  /** {@link #allowUnproven} without the null. */
  public boolean unprovenAllowed() {
    return Boolean.TRUE.equals(allowUnproven);
  }

  /** {@link #acceptNewAddresses} without the null. */
  public boolean newAddressesAccepted() {
    return Boolean.TRUE.equals(acceptNewAddresses);
  }

  /** True if nothing is copied before a person has approved. */
  public boolean preparesAfterApproval() {
    return prepare != null && prepare.when() == Prepare.When.AfterApproval;
  }
}
