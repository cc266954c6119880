package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;

/** The shape of {@code metav1.Condition} (kubernetes/apimachinery pkg/apis/meta/v1/types.go). */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Condition(
    @Required @Pattern("^[A-Za-z][A-Za-z0-9]*$") @Size(max = 316) String type,
    @Required @Pattern("^(True|False|Unknown)$") String status,
    long observedGeneration,
    @Required Instant lastTransitionTime,
    @Required @Pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$") @Size(max = 1024) String reason,
    @Required @Size(max = 32768) String message) {}
