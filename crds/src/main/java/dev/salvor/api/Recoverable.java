package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An unbroken stretch of time that an archive can bring back. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Recoverable(
    @JsonPropertyDescription("serverName of the archive") String lineage,
    @JsonPropertyDescription("The base backup it begins with") String backupID,
    long timeline,
    @JsonPropertyDescription("The earliest moment") Instant from,
    @JsonPropertyDescription("The newest moment; a target must lie before it")
        @Nullable Instant until,
    @JsonPropertyDescription(
            "True if until is the last commit read from the WAL, false if it is only the time of an upload")
        boolean exact,
    @JsonPropertyDescription("PostgreSQL's system identifier") @Nullable String systemID,
    @JsonPropertyDescription("PostgreSQL major version") int major,
    @JsonPropertyDescription("What ends it, or what else a person should know")
        @Nullable String note) {}
