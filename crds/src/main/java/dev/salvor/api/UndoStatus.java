package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether the volumes from before the recovery can come back. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record UndoStatus(boolean possible, @Nullable Instant until, @Nullable String whyNot) {}
