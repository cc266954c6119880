package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator answers, the same for every kind. {@code steps}, {@code back}, {@code facts}
 * and {@code commands} are the journal: the only part that is read back. Everything else is derived
 * from it by one pure function at every write.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RecoveryStatus(
    @JsonPropertyDescription("metadata.generation this status answers; -1 before the first answer")
        long observedGeneration,
    @JsonPropertyDescription(
            "One word for people, derived from the conditions; tools should read the conditions")
        @Nullable String phase,
    @JsonPropertyDescription("The step that runs now, or the last one") @Nullable String step,
    @JsonPropertyDescription("What happens now, or what a person should do")
        @Nullable String message,
    @JsonPropertyDescription("The namespace that is recovered") @Nullable String target,
    @Nullable List<Condition> conditions,
    @Nullable Plan plan,
    @Nullable Progress progress,
    @JsonPropertyDescription("What the archive can bring back")
        @Nullable List<Recoverable> recoverable,
    @JsonPropertyDescription(
            "The exact change that Git needs before GitOps is given back; absent if it needs none")
        @Nullable String gitPatch,
    @Nullable UndoStatus undo,
    @JsonPropertyDescription("The measured outage of the consumers, once it is over")
        @Nullable String outage,
    @JsonPropertyDescription(
            "When the first change to the cluster was about to be made; from here on the spec is immutable")
        @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable List<StepStatus> steps,
    @Nullable Rewind back,
    @Nullable Facts facts,
    @Nullable List<Command> commands) {

  /** The answer before the first answer; the CRD's default says the same. */
  public static RecoveryStatus unseen() {
    return new RecoveryStatus(
        -1, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null, null);
  }
}
