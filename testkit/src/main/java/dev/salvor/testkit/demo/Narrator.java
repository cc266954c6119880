package dev.salvor.testkit.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.salvor.kube.Kind;
import dev.salvor.testkit.World;
import dev.salvor.testkit.demo.Screen.Tone;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Tells what happens to the recovery, from its status and its Events, as it happens. */
final class Narrator {
  private static final Kind EVENT = new Kind("events.k8s.io/v1", "Event", "events", true);
  private static final Set<String> DESTRUCTIVE = Set.of("Deleting", "Deleted");
  private static final Set<String> STUCK = Set.of("Refused", "Failed", "Aborted", "Expired");
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration LASTING = Duration.ofMillis(900);
  private static final String ROW = "%-9s  %-16s  %-18s  %-6s  %-18s  %s";

  private final World world;
  private final Screen screen;
  private final Duration patience;
  private final Set<String> told = new HashSet<>();
  private String row = "";
  private String running = "";
  private Instant runningSince = Instant.EPOCH;

  Narrator(World world, Screen screen, Duration patience) {
    this.world = world;
    this.screen = screen;
    this.patience = patience;
  }

  /** Tells until the status is as wanted, and returns it. Throws when it cannot come to that. */
  JsonNode until(Predicate<JsonNode> wanted) {
    var deadline = Instant.now().plus(patience);
    while (true) {
      var status = status();
      tell(status);
      if (wanted.test(status)) {
        events();
        return status;
      }
      var phase = status.path("phase").asText();
      if (STUCK.contains(phase))
        throw new DemoFailed("the recovery is " + phase + ": " + status.path("message").asText());
      if (Instant.now().isAfter(deadline))
        throw new DemoFailed(
            "after %d s the recovery is still %s at %s: %s"
                .formatted(
                    patience.toSeconds(),
                    phase,
                    status.path("step").asText(),
                    status.path("message").asText()));
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  JsonNode status() {
    return world
        .get(Scene.RECOVERY)
        .map(one -> one.path("status"))
        .orElseGet(() -> JsonNodeFactory.instance.missingNode());
  }

  private void tell(JsonNode status) {
    row(status);
    for (var step : status.path("steps")) step(step);
    events();
  }

  /** The columns of {@code kubectl get nsr}, when phase, plan or progress change. */
  private void row(JsonNode status) {
    var phase = status.path("phase").asText();
    if (phase.isEmpty()) return;
    var plan = status.at("/plan/approve").asText("");
    var progress = status.at("/progress/text").asText("");
    var key = phase + plan + progress;
    if (key.equals(row)) return;
    if (row.isEmpty())
      screen.line(Tone.DIM, cells("NAME", "PHASE", "STEP", "TARGET", "PLAN", "PROGRESS"));
    row = key;
    screen.line(
        Tone.HEAD,
        cells(
            Scene.RECOVERY.name(),
            phase,
            status.path("step").asText(),
            status.path("target").asText(),
            plan,
            progress));
  }

  private static String cells(Object... cells) {
    return String.format(Locale.ROOT, ROW, cells).stripTrailing();
  }

  private void step(JsonNode step) {
    var name = step.path("name").asText();
    var state = step.path("state").asText();
    var message = step.path("message").asText("");
    if (state.equals("Running")) {
      running(name, message);
      return;
    }
    if (!told.add(name + state + step.path("startedAt").asText())) return;
    switch (state) {
      case "Done" -> screen.line(Tone.GOOD, line("ok", name, message));
      case "Undone" -> screen.line(Tone.WARN, line("back", name, message));
      default ->
          screen.line(Tone.BAD, line(state, name, step.path("reason").asText() + ": " + message));
    }
  }

  /** What lasts is told; what a person is waited for has a chapter of its own. */
  private void running(String name, String message) {
    var now = Instant.now();
    if (!(name + message).equals(running)) {
      running = name + message;
      runningSince = now;
    } else if (now.isAfter(runningSince.plus(LASTING)) && !name.equals("AwaitApproval")) {
      runningSince = Instant.MAX.minus(LASTING);
      screen.line(Tone.DIM, line("...", name, message));
    }
  }

  private static String line(String mark, String name, String message) {
    return String.format(Locale.ROOT, "%5s  %-20s %s", mark, name, message).stripTrailing();
  }

  private void events() {
    var all = new ArrayList<>(world.list(EVENT, ""));
    all.sort(Comparator.comparing(event -> event.path("eventTime").asText()));
    for (var event : all) {
      var reason = event.path("reason").asText();
      if (!DESTRUCTIVE.contains(reason)
          || !event.at("/regarding/name").asText().equals(Scene.RECOVERY.name())
          || !told.add(event.at("/metadata/uid").asText())) continue;
      screen.line(Tone.WARN, line("EVENT", reason, event.path("note").asText()));
    }
  }
}
