package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where the data of one claim comes from. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.volSync) != has(self.job)",
    message =
        "give exactly one of volSync (a repository of VolSync) and job (a Job of yours that fills the volume)")
public record VolumeSource(@Nullable VolSync volSync, @Nullable RestoreJob job) {

  /** A repository that VolSync backs up into. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record VolSync(
      @JsonPropertyDescription(
              "The ReplicationSource of this namespace (restic or kopia) whose repository has the backups")
          @Required
          @Pattern("^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$")
          @Size(min = 1, max = 253)
          String replicationSource,
      @JsonPropertyDescription(
              "The newest snapshot that is not younger than this; default: the newest")
          @Nullable Instant restoreAsOf,
      @JsonPropertyDescription("So many snapshots before that one") @Min(0) @Max(1000)
          @Nullable Integer previous) {}

  /** A Job that fills the volume from somewhere. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record RestoreJob(
      @JsonPropertyDescription(
              "A batch/v1 JobTemplateSpec that runs in the namespace of the claim, once. Its containers mount the volume named target, which Salvor adds: a new, empty volume of the claim's shape.")
          @Required
          @PreserveUnknownFields
          ObjectNode jobTemplate,
      @JsonPropertyDescription(
              "Regular expression (java.util.regex) that a line of its log must contain; exit code 0 alone is no proof")
          @Required
          @Size(min = 1, max = 1024)
          String successPattern,
      @JsonPropertyDescription("Regular expression that no line of its log may contain")
          @Size(min = 1, max = 1024)
          @Nullable String failurePattern,
      @JsonPropertyDescription("How long it may run, as a Go duration")
          @Pattern("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$")
          @Size(max = 32)
          @Default("6h")
          @Nullable String timeout) {}
}
