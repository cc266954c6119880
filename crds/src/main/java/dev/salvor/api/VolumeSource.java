package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where the data of one claim comes from. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record VolumeSource(@Required VolSync volSync) {

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
}
