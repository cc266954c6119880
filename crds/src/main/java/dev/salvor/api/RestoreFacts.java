package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Which Velero Restore is the current one. Every attempt has its own Restore and its own shadow
 * namespace, both named after it.
 *
 * @param attempt counts from 1
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RestoreFacts(int attempt) {
  public static final RestoreFacts FIRST = new RestoreFacts(1);

  public RestoreFacts next() {
    return new RestoreFacts(attempt + 1);
  }
}
