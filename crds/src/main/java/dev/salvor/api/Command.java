package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person's word as it was first seen. It stays valid when a GitOps tool takes the field away
 * again.
 *
 * @param verb Approve, Abort, Retry or Undo
 * @param value the hash that was approved, the number of the retry; empty else
 * @param manager the field manager that wrote it, as far as the object tells
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Command(Verb verb, String value, Instant at, @Nullable String manager) {
  /** What a person can say. */
  public enum Verb {
    Approve,
    Abort,
    Retry,
    Undo
  }
}
