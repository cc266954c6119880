package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A Job that judges the restored copy; exit code 0 means that the data is good. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Check(
    @Required @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$") @Size(min = 1, max = 40) String name,
    @JsonPropertyDescription(
            "A batch/v1 JobTemplateSpec. Volumes name the claims of the namespace; they are mounted read-only unless mutates is true. Runs as the default ServiceAccount without a token.")
        @Required
        @PreserveUnknownFields
        ObjectNode jobTemplate,
    @JsonPropertyDescription(
            "The check writes to the volumes, e.g. starts a database on them; what is exchanged is the state after it")
        @Nullable Boolean mutates,
    @JsonPropertyDescription("Go duration")
        @Pattern("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$")
        @Size(max = 32)
        @Default("10m")
        @Nullable String timeout) {

  /** {@link #mutates} without the null. */
  public boolean writes() {
    return Boolean.TRUE.equals(mutates);
  }
}
