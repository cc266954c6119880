package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A person's word on how one claim comes back. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "[has(self.backup), has(self.volSync), has(self.job), has(self.longhorn), has(self.empty) && self.empty, has(self.leave) && self.leave].exists_one(given, given)",
    message =
        "give exactly one of backup (restore it with Velero), volSync (restore it from a repository of VolSync), job (have a Job of yours fill it), longhorn (restore it from a backup of Longhorn), empty: true (let it come back empty) and leave: true (do nothing to it)")
public record ClaimSource(
    @Required @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$") @Size(min = 1, max = 63) String namespace,
    @Required @Pattern("^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$") @Size(min = 1, max = 253)
        String persistentVolumeClaim,
    @JsonPropertyDescription("A Velero backup that has it") @Nullable BackupChoice backup,
    @JsonPropertyDescription("A repository of VolSync, as in VolumeRecovery")
        VolumeSource.@Nullable VolSync volSync,
    @JsonPropertyDescription("A Job that fills it, as in VolumeRecovery")
        VolumeSource.@Nullable RestoreJob job,
    @JsonPropertyDescription("A backup of Longhorn, as in VolumeRecovery")
        VolumeSource.@Nullable Longhorn longhorn,
    @JsonPropertyDescription("Its data is not needed: it is made anew, without data")
        @Nullable Boolean empty,
    @JsonPropertyDescription("It is only reported") @Nullable Boolean leave) {

  /** {@link #empty} without the null. */
  public boolean comesEmpty() {
    return Boolean.TRUE.equals(empty);
  }

  /** {@link #leave} without the null. */
  public boolean stays() {
    return Boolean.TRUE.equals(leave);
  }
}
