package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which PersistentVolumeClaims. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.names) != has(self.matchLabels)",
    message =
        "choose claims either by persistentVolumeClaims.names or by persistentVolumeClaims.matchLabels")
@ValidationRule(
    value = "!has(self.matchLabels) || size(self.matchLabels) > 0",
    message =
        "persistentVolumeClaims.matchLabels is empty; name at least one label, or leave persistentVolumeClaims out to take all claims")
public record ClaimChoice(
    @JsonPropertyDescription("Claims by name") @Size(min = 1, max = 256)
        @Nullable List<@Size(min = 1, max = 253) String> names,
    @JsonPropertyDescription("Claims that carry all of these labels")
        @Nullable Map<String, String> matchLabels) {}
