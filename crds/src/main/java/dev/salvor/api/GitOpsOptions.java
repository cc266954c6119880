package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/** What happens with Flux and Argo CD at the end. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record GitOpsOptions(
    @JsonPropertyDescription(
            "Automatic resumes GitOps after the verification; Manual waits until a person sets this to Automatic.")
        @Default("Automatic")
        @Nullable Resume resume) {
  /** When GitOps is given back. */
  public enum Resume {
    Automatic,
    Manual
  }
}
