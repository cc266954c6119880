package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the approver approves. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Plan(
    @JsonPropertyDescription("Covers intent and targets with their UIDs") String hash,
    @JsonPropertyDescription(
            "Covers the proven pairs of old and new volumes; only with strategy Swap, once the copy is proven")
        @Nullable String swapHash,
    @JsonPropertyDescription(
            "Copy this into spec.approvedPlan to approve; absent while there is nothing to approve")
        @Nullable String approve,
    @JsonPropertyDescription("False until everything that can be found out has been found out")
        boolean complete,
    @JsonPropertyDescription("The plan in sentences") @Nullable String summary,
    @Nullable String strategy,
    @Nullable String backup,
    @JsonPropertyDescription("Age of the backup: what was written since is lost")
        @Nullable String expectedLoss,
    @Nullable String expectedOutage,
    @Nullable List<Target> targets) {

  /**
   * One object that the recovery will write.
   *
   * @param action Create, Hold, Pause, Scale, Retain, Exchange, Delete
   * @param uid null for an object that does not exist yet
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Target(String action, Ref ref, @Nullable String uid, @Nullable String note) {}
}
