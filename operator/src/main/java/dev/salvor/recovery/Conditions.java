package dev.salvor.recovery;

import dev.salvor.api.Condition;
import dev.salvor.engine.Engine;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Journal;
import dev.salvor.gitops.HandBackToGit;
import dev.salvor.recovery.Standings.Chapter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Phase, conditions and message from the journal, by one pure function. {@code Ready}, {@code
 * Reconciling} and {@code Stalled} follow kstatus (kubernetes-sigs/cli-utils pkg/kstatus): a
 * recovery that waits for a person is neither reconciling nor stalled, just not ready yet.
 */
final class Conditions {
  private final @Nullable List<Condition> before;
  private final long generation;
  private final Instant now;
  private final List<Condition> all = new ArrayList<>();

  private Conditions(@Nullable List<Condition> before, long generation, Instant now) {
    this.before = before;
    this.generation = generation;
    this.now = now;
  }

  static List<Condition> of(
      Standings at,
      String phase,
      String message,
      @Nullable List<Condition> before,
      long generation,
      Instant now) {
    var made = new Conditions(before, generation, now);
    made.kstatus(at, phase, message);
    made.domain(at);
    return List.copyOf(made.all);
  }

  /** What happens now, or what a person should do. */
  static String message(Standings at) {
    var failure =
        at.journal().entries().stream()
            .filter(entry -> entry.state() == Journal.State.FAILED)
            .findFirst();
    if (failure.isEmpty() && at.standing() == Standing.TAKEN_BACK) {
      failure =
          at.journal().entries().stream()
              .filter(entry -> entry.state() == Journal.State.UNDONE && !entry.reason().isEmpty())
              .findFirst();
    }
    if (failure.isPresent()) return failure.get().step() + ": " + failure.get().message();
    var back = at.journal().back();
    if (back != null) return back.reason() + ": " + back.message();
    if (at.standing() == Standing.TAKEN_BACK)
      return "stopped; everything that was done has been taken back";
    if (at.standing() == Standing.COMPLETE) {
      return switch (at.chapter()) {
        case FORWARD -> at.succeeded();
        case UNDO ->
            at.done("UndoSwapVolumes")
                ? "the volumes from before the recovery are back"
                : "stopped; there were no volumes to go back to, what was restored so far stays";
        case RELEASE -> "the old volumes are released; this recovery does nothing more";
      };
    }
    var step = at.current();
    return at.journal().of(step).map(Journal.Entry::message).orElse("");
  }

  private void kstatus(Standings at, String phase, String message) {
    switch (at.standing()) {
      case COMPLETE -> add("Ready", true, phase, message);
      case STOPPED, TAKEN_BACK -> {
        var reason = reason(at, phase);
        add("Ready", false, reason, message);
        add("Stalled", true, reason, message);
      }
      case TAKING_BACK -> {
        add("Ready", false, phase, message);
        add("Reconciling", true, phase, message);
      }
      case GOING -> {
        var person =
            at.journal()
                .of(at.current())
                .filter(entry -> entry.reason().equals(Engine.PERSON))
                .isPresent();
        add("Ready", false, phase, message);
        if (!person) add("Reconciling", true, phase, message);
      }
    }
  }

  private void domain(Standings at) {
    if (at.done("PlanRecovery")) add("Planned", true, "PlanMade", "see status.plan");
    if (at.done("AwaitApproval")) {
      add(
          "Approved",
          true,
          "PlanApproved",
          at.journal().of("AwaitApproval").map(Journal.Entry::message).orElse(""));
    }
    if (at.done("AwaitVolumeData")) {
      add(
          "DataProven",
          true,
          "BytesEqual",
          at.journal().of("AwaitVolumeData").map(Journal.Entry::message).orElse(""));
    }
    if (at.done("VerifyCopy")) {
      add(
          "DataProven",
          true,
          "LineageEqual",
          at.journal().of("VerifyCopy").map(Journal.Entry::message).orElse(""));
    }
    var held =
        at.chapter() == Chapter.UNDO
            ? holds(at, "UndoSuspendGitOps", "UndoResumeGitOps", "UndoHandBackToGit")
            : holds(at, "SuspendGitOps", "ResumeGitOps", "HandBackToGit");
    if (at.started("SuspendGitOps")) {
      var behind = behind(at);
      if (behind.isPresent()) add("GitOpsHeld", true, "GitBehind", behind.get());
      else
        add(
            "GitOpsHeld",
            held,
            held ? "Held" : "GivenBack",
            held
                ? "the GitOps owners in status.facts.owners are held"
                : "the GitOps owners are as before");
    }
    if (at.pastNoReturn()) {
      add(
          "PointOfNoReturnPassed",
          true,
          "ClaimsExchanged",
          "from here on a failure stops and waits for a person; undo exchanges the volumes back");
    }
  }

  /** What Git lacks while its owner is held for that. */
  private static Optional<String> behind(Standings at) {
    return Stream.of("HandBackToGit", "UndoHandBackToGit")
        .flatMap(step -> at.journal().of(step).stream())
        .filter(entry -> entry.state() == Journal.State.RUNNING)
        .map(Journal.Entry::message)
        .filter(message -> message.startsWith(HandBackToGit.BEHIND))
        .findFirst();
  }

  private static boolean holds(Standings at, String hold, String... releases) {
    return at.started(hold)
        && Arrays.stream(releases).noneMatch(at::done)
        && !at.journal().in(hold, Journal.State.UNDONE);
  }

  private static String reason(Standings at, String phase) {
    return at.journal().entries().stream()
        .filter(
            entry -> entry.state() == Journal.State.FAILED || entry.state() == Journal.State.UNDONE)
        .map(Journal.Entry::reason)
        .filter(reason -> !reason.isEmpty())
        .findFirst()
        .filter(_ -> !at.abort())
        .orElse(phase);
  }

  private void add(String type, boolean holds, String reason, String message) {
    var status = holds ? "True" : "False";
    var since =
        (before == null ? List.<Condition>of() : before)
            .stream()
                .filter(
                    condition -> condition.type().equals(type) && condition.status().equals(status))
                .map(Condition::lastTransitionTime)
                .findFirst()
                .orElse(now);
    var text = message.length() <= 32_768 ? message : message.substring(0, 32_768);
    all.add(
        new Condition(
            type, status, generation, since, reason.isEmpty() ? "Unknown" : reason, text));
  }
}
