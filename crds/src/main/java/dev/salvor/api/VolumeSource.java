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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the data of one claim comes from. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "[has(self.volSync), has(self.job), has(self.longhorn)].exists_one(given, given)",
    message =
        "give exactly one of volSync (a repository of VolSync), job (a Job of yours that fills the volume) and longhorn (a backup of Longhorn; {} is the newest)")
public record VolumeSource(
    @Nullable VolSync volSync, @Nullable RestoreJob job, @Nullable Longhorn longhorn) {

  /** A backup that Longhorn has of the claim's volume; the newest if nothing is said. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value = "!(has(self.backup) && has(self.notAfter))",
      message = "give backup (this one) or notAfter (the newest that is not younger), not both")
  public record Longhorn(
      @JsonPropertyDescription(
              "Name of the Backup (backups.longhorn.io); may be of another claim, which the plan then says")
          @Pattern("^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$")
          @Size(min = 1, max = 253)
          @Nullable String backup,
      @JsonPropertyDescription(
              "The newest backup of this claim whose snapshot is not younger than this; default: the newest")
          @Nullable Instant notAfter,
      @JsonPropertyDescription(
              "Replicas of the new volume; default: as many as the volume from before, or its StorageClass, has, and no more than Longhorn has nodes for")
          @Min(1)
          @Max(20)
          @Nullable Integer numberOfReplicas) {}

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

  /** A Job that fills the volume from somewhere, and what follows from it. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value =
          "!has(self.captures) || self.captures.all(c, self.captures.exists_one(o, o.secret == c.secret && o.key == c.key))",
      message = "two captures write the same key of the same Secret; give each its own")
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
          @Nullable String timeout,
      @JsonPropertyDescription(
              "New credentials that the Job prints, and the Secrets they belong into; written right after the exchange")
          @Size(max = 8)
          @Nullable List<Capture> captures,
      @JsonPropertyDescription(
              "ExternalSecrets of this namespace (external-secrets.io) that fetch anew after the exchange")
          @Size(max = 32)
          @Nullable List<@Size(min = 1, max = 253) String> externalSecrets,
      @JsonPropertyDescription(
              "Workloads of this namespace that are restarted after the exchange, as by kubectl rollout restart")
          @Size(max = 32)
          @Nullable List<Restart> rolloutRestarts) {

    /** {@link #captures} without the null. */
    public List<Capture> allCaptures() {
      return captures == null ? List.of() : captures;
    }

    /** {@link #externalSecrets} without the null. */
    public List<String> allExternalSecrets() {
      return externalSecrets == null ? List.of() : externalSecrets;
    }

    /** {@link #rolloutRestarts} without the null. */
    public List<Restart> allRestarts() {
      return rolloutRestarts == null ? List.of() : rolloutRestarts;
    }
  }

  /** Where a value that the Job prints belongs. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Capture(
      @JsonPropertyDescription(
              "Regular expression (java.util.regex) with a group named value: (?<value>...). It must be found in the log of the Job, everywhere with the same value")
          @Required
          @Size(min = 1, max = 1024)
          String pattern,
      @JsonPropertyDescription("Secret of this namespace; made if it is not there")
          @Required
          @Pattern("^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$")
          @Size(min = 1, max = 253)
          String secret,
      @JsonPropertyDescription("Key of it; the other keys stay as they are")
          @Required
          @Pattern("^[-._a-zA-Z0-9]+$")
          @Size(min = 1, max = 253)
          String key) {}

  /** A workload that is restarted. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Restart(
      @Required Workload kind,
      @Required @Pattern("^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$") @Size(min = 1, max = 253)
          String name) {}

  /** Kinds with a pod template that can be restarted. */
  public enum Workload {
    Deployment,
    StatefulSet,
    DaemonSet
  }
}
