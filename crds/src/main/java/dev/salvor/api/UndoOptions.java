package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The way back. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record UndoOptions(
    @JsonPropertyDescription(
            "Set to true to get the volumes from before the recovery back. Makes a plan that names its loss and needs its own approval.")
        @Nullable Boolean requested,
    @JsonPropertyDescription(
            "How long the volumes from before the recovery are kept, as a Go duration; 0s releases them at success.")
        @Pattern("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$")
        @Size(max = 32)
        @Default("72h")
        @Nullable String retainFor) {}
