package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** What a check said of the copy. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CheckFacts(String name, String backup, boolean passed, String message) {}
