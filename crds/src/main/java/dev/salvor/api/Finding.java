package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Something the looks found that the person must know before approving.
 *
 * @param by the step that found it; a repeated look replaces its own findings
 * @param reason CamelCase, an entry of docs/reasons.md
 * @param remedy what to do, as an imperative sentence
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Finding(String by, Severity severity, String reason, String message, String remedy) {
  /** Whether the recovery can go on. */
  public enum Severity {
    /** Nothing is done until this is gone. */
    Refusal,
    /** Said in the plan; the approver decides. */
    Warning
  }
}
