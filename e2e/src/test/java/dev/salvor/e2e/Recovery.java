package dev.salvor.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A recovery as the person who applied it sees it. */
final class Recovery {
  static final Duration LIMIT = Duration.ofMinutes(6);
  private static final Set<String> ENDS =
      Set.of("Succeeded", "Failed", "Refused", "Aborted", "Expired", "Undone", "Archived");

  /** What can be applied, and how long it may take here. */
  enum Kind {
    NamespaceRestore("namespacerestores", LIMIT),
    PostgresRecovery("postgresrecoveries", Duration.ofMinutes(15)),
    ArchiveReset("archiveresets", Duration.ofMinutes(10)),
    NodeLossRecovery("nodelossrecoveries", Duration.ofMinutes(25)),
    VolumeRecovery("volumerecoveries", LIMIT);

    private final String resource;
    private final Duration limit;

    Kind(String plural, Duration limit) {
      resource = plural + ".recovery.salvor.dev";
      this.limit = limit;
    }

    /** Its name for kubectl. */
    String resource() {
      return resource;
    }
  }

  private final Kube kube;
  private final Kind kind;
  private final String namespace;
  private final String name;
  private String lastSaid = "";

  private Recovery(Kube kube, Kind kind, String namespace, String name) {
    this.kube = kube;
    this.kind = kind;
    this.namespace = namespace;
    this.name = name;
  }

  /** Applies a NamespaceRestore. */
  static Recovery apply(Kube kube, String namespace, String name, String spec) {
    return apply(kube, Kind.NamespaceRestore, namespace, name, spec);
  }

  /** Applies one; {@code spec} are its fields in YAML's flow style, without the braces. */
  static Recovery apply(Kube kube, Kind kind, String namespace, String name, String spec) {
    kube.apply(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: %s
        metadata: {name: %s, namespace: %s}
        spec: {%s}
        """
            .formatted(kind, name, namespace, spec));
    return new Recovery(kube, kind, namespace, name);
  }

  /** One that is there, or will be. */
  static Recovery of(Kube kube, Kind kind, String namespace, String name) {
    return new Recovery(kube, kind, namespace, name);
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
    return kube.get(kind.resource(), namespace, name);
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

  /** Waits until a condition or a step that runs gives this reason. */
  void awaitReason(String reason) {
    Kube.await(
        name + " says " + reason,
        kind.limit,
        () -> {
          var now = phase();
          if (says(reason)) return true;
          if (ENDS.contains(now) && current())
            throw new AssertionError(name + " is " + now + ", not " + reason + ": " + status());
          return false;
        });
  }

  private boolean says(String reason) {
    return Stream.of("conditions", "steps")
        .flatMap(list -> StreamSupport.stream(status().path(list).spliterator(), false))
        .anyMatch(found -> found.path("reason").asText().equals(reason));
  }

  /** Waits for a phase with the limit of its kind. */
  void await(String phase) {
    await(Set.of(phase), kind.limit);
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
    await(Set.of("Succeeded", "Releasing", "Archived"), kind.limit);
  }

  /** Waits for the plan of a proven copy, approves it, and gives back what was approved. */
  String approve() {
    return approve("");
  }

  /** The same for a plan that must be another one than that which was approved before. */
  String approve(String before) {
    Kube.await(
        name + " has something to approve",
        kind.limit,
        () -> {
          var now = phase();
          if (ENDS.contains(now) && !now.equals("Succeeded"))
            throw new AssertionError(name + " is " + now + ": " + status());
          return now.equals("AwaitingApproval")
              && !status().path("plan").path("approve").asText(before).equals(before);
        });
    var hash = status().path("plan").path("approve").asText();
    patch("{\"spec\":{\"approvedPlan\":\"" + hash + "\"}}");
    return hash;
  }

  void patch(String merge) {
    kube.kubectl("-n", namespace, "patch", kind.resource(), name, "--type=merge", "-p", merge);
  }

  /** True if the step is on record as done. */
  boolean done(String step) {
    return recorded(step).anyMatch(Recovery::isDone);
  }

  /** What a step said when it was done; empty if it is not. */
  String said(String step) {
    return recorded(step)
        .filter(Recovery::isDone)
        .map(entry -> entry.path("message").asText())
        .findFirst()
        .orElse("");
  }

  /** True if the step was ever begun. */
  boolean started(String step) {
    return recorded(step).findAny().isPresent();
  }

  private Stream<JsonNode> recorded(String step) {
    return steps().filter(entry -> entry.path("name").asText().equals(step));
  }

  private Stream<JsonNode> steps() {
    return StreamSupport.stream(status().path("steps").spliterator(), false);
  }

  private static boolean isDone(JsonNode entry) {
    return entry.path("state").asText().equals("Done");
  }

  /** Since when the step is on record that came to its state last. */
  Instant lastStep() {
    return steps()
        .map(entry -> entry.path("since").asText(""))
        .filter(since -> !since.isEmpty())
        .map(Instant::parse)
        .max(Instant::compareTo)
        .orElseThrow(() -> new AssertionError(name + " has begun no step: " + status()));
  }
}
