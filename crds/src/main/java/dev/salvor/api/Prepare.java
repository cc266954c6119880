package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** When the copy is made, and how long it may wait. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Prepare(
    @JsonPropertyDescription(
            "BeforeApproval makes and proves the copy while the plan is being read; AfterApproval waits with that too")
        @Default("BeforeApproval")
        @Nullable When when,
    @JsonPropertyDescription("How long a proven copy waits for the approval, as a Go duration")
        @Pattern("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$")
        @Size(max = 32)
        @Default("24h")
        @Nullable String keepFor) {
  /** Before or after a person has approved. */
  public enum When {
    BeforeApproval,
    AfterApproval
  }
}
