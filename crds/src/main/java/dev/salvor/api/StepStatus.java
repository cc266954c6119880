package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.generator.annotation.Required;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the journal.
 *
 * @param state Running, Done, Failed or Undone
 * @param startedAt when the step was first put on record; its deadline counts from here
 * @param since when it came into this state
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StepStatus(
    @Required String name,
    State state,
    Instant startedAt,
    Instant since,
    @Nullable String reason,
    @Nullable String message,
    @Nullable Progress progress) {
  /** Where a step stands. */
  public enum State {
    Running,
    Done,
    Failed,
    Undone
  }
}
