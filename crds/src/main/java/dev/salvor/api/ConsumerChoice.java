package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A workload of the namespace that uses the database and is stopped while it is exchanged. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConsumerChoice(
    @JsonPropertyDescription("Deployment, StatefulSet or CronJob") @Required Kind kind,
    @Required @Size(min = 1, max = 253) String name) {
  /** What can be stopped and brought back. */
  public enum Kind {
    Deployment,
    StatefulSet,
    CronJob
  }
}
