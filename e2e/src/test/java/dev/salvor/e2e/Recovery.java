package dev.salvor.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.StreamSupport;

/** A NamespaceRestore as the person who applied it sees it. */
final class Recovery {
  static final Duration LIMIT = Duration.ofMinutes(6);
  private static final String KIND = "namespacerestores.recovery.salvor.dev";
  private static final Set<String> ENDS =
      Set.of("Succeeded", "Failed", "Refused", "Aborted", "Expired", "Undone", "Archived");

  private final Kube kube;
  private final String namespace;
  private final String name;
  private String lastSaid = "";

  private Recovery(Kube kube, String namespace, String name) {
    this.kube = kube;
    this.namespace = namespace;
    this.name = name;
  }

  /** Applies one; {@code spec} are its fields in YAML's flow style, without the braces. */
  static Recovery apply(Kube kube, String namespace, String name, String spec) {
    kube.apply(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NamespaceRestore
        metadata: {name: %s, namespace: %s}
        spec: {%s}
        """
            .formatted(name, namespace, spec));
    return new Recovery(kube, namespace, name);
  }

  /** The choice of a backup by the name it was made with. */
  static String from(String backup) {
    return "backup: {name: " + Velero.name(backup) + "}";
  }

  /** The proof approves; for scenarios that are not about approval. */
  static String automatic() {
    return "approval: Automatic, notAfter: \"" + Instant.now().plus(Duration.ofHours(1)) + "\"";
  }

  JsonNode object() {
    return kube.get(KIND, namespace, name);
  }

  JsonNode status() {
    return object().path("status");
  }

  String phase() {
    var status = status();
    var said =
        "  %s %s: %s %s"
            .formatted(
                name,
                status.path("phase").asText("-"),
                status.path("step").asText("-"),
                status.path("message").asText(""));
    if (!said.equals(lastSaid)) System.out.println(said);
    lastSaid = said;
    return status.path("phase").asText("");
  }

  /** The reason of the condition Stalled, empty if it does not hold. */
  String stalled() {
    return reason("Stalled");
  }

  String reason(String condition) {
    return StreamSupport.stream(status().path("conditions").spliterator(), false)
        .filter(found -> found.path("type").asText().equals(condition))
        .filter(found -> found.path("status").asText().equals("True"))
        .map(found -> found.path("reason").asText())
        .findFirst()
        .orElse("");
  }

  /** Waits for a phase, and fails at once when it ends in another one. */
  void await(String phase, Duration limit) {
    await(Set.of(phase), limit);
  }

  private void await(Set<String> phases, Duration limit) {
    Kube.await(
        name + " becomes one of " + phases,
        limit,
        () -> {
          var now = phase();
          if (phases.contains(now)) return true;
          // the end of the run before is not the end of this one
          if (ENDS.contains(now) && current())
            throw new AssertionError(
                name + " is " + now + " instead of " + phases + ": " + status());
          return false;
        });
  }

  private boolean current() {
    var seen = object();
    return seen.path("status").path("observedGeneration").asLong(-1)
        >= seen.path("metadata").path("generation").asLong();
  }

  void succeed() {
    // with undo.retainFor: 0s the old volumes are released at once, and it is archived
    await(Set.of("Succeeded", "Releasing", "Archived"), LIMIT);
  }

  /** Waits for the plan of a proven copy, approves it, and gives back what was approved. */
  String approve() {
    Kube.await(
        name + " has something to approve",
        LIMIT,
        () -> {
          var now = phase();
          if (ENDS.contains(now) && !now.equals("Succeeded"))
            throw new AssertionError(name + " is " + now + ": " + status());
          return now.equals("AwaitingApproval") && status().path("plan").hasNonNull("approve");
        });
    var hash = status().path("plan").path("approve").asText();
    patch("{\"spec\":{\"approvedPlan\":\"" + hash + "\"}}");
    return hash;
  }

  void patch(String merge) {
    kube.kubectl("-n", namespace, "patch", KIND, name, "--type=merge", "-p", merge);
  }

  /** True if the step is on record as done. */
  boolean done(String step) {
    return StreamSupport.stream(status().path("steps").spliterator(), false)
        .anyMatch(entry ->
            entry.path("name").asText().equals(step)
                && entry.path("state").asText().equals("Done"));
  }

  /** True if the step was ever begun. */
  boolean started(String step) {
    return StreamSupport.stream(status().path("steps").spliterator(), false)
        .anyMatch(entry -> entry.path("name").asText().equals(step));
  }
}
