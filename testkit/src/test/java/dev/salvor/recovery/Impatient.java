package dev.salvor.recovery;

import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.time.Instant;

/** A person who aborts a recovery that takes longer than ten minutes. */
final class Impatient implements Model {
  @Override
  public void act(World world) {
    var there = world.get(Shop.RECOVERY);
    if (there.isEmpty() || there.get().at("/spec/abort").asBoolean()) return;
    var created = Instant.parse(there.get().at("/metadata/creationTimestamp").asText());
    if (Duration.between(created, world.now()).toMinutes() < 10) return;
    world
        .as("kubectl-edit")
        .update(Manifests.merged(there.get(), Manifests.one("{\"spec\": {\"abort\": true}}")));
  }
}
