package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which Velero backup: pinned once, never retargeted. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.name) != (has(self.schedule) || has(self.notAfter))",
    message =
        "give either backup.name, or backup.schedule and/or backup.notAfter (the newest usable backup at or before that time)")
public record BackupChoice(
    @JsonPropertyDescription("Name of a Velero Backup")
        @Pattern("^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$")
        @Size(max = 253)
        @Nullable String name,
    @JsonPropertyDescription("Name of a Velero Schedule: its newest usable backup")
        @Pattern("^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$")
        @Size(max = 253)
        @Nullable String schedule,
    @JsonPropertyDescription("The newest usable backup that started at or before this time")
        @Nullable Instant notAfter) {}
