package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * On record while steps are taken back in order to go on again from an earlier one.
 *
 * @param step the step to go on from
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Rewind(String step, String reason, String message) {}
