package dev.salvor.testkit.demo;

import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A user of the shop: notes for how long none of its pods is ready. As exact as its rounds. */
final class Stopwatch implements Model {
  private @Nullable Instant lastUp;
  private Duration longest = Duration.ZERO;

  @Override
  public void act(World world) {
    var now = Instant.now();
    var up =
        world.look(Kinds.POD, "shop").stream()
            .anyMatch(pod -> !pod.terminating() && pod.label("app").equals("web") && ready(pod));
    if (!up) return;
    var before = lastUp;
    if (before != null) {
      var gap = Duration.between(before, now);
      if (gap.compareTo(longest) > 0) longest = gap;
    }
    lastUp = now;
  }

  /** Between two rounds that found a ready pod. */
  Duration longest() {
    return longest;
  }

  private static boolean ready(Seen pod) {
    for (var condition : pod.at("/status/conditions"))
      if (condition.path("type").asText().equals("Ready"))
        return condition.path("status").asText().equals("True");
    return false;
  }
}
