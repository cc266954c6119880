package dev.salvor.recovery;

import dev.salvor.api.Ref;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;

/** A person who wants the old volumes back as soon as everything has succeeded. */
record Regret(Ref recovery) implements Model {
  @Override
  public void act(World world) {
    var there = world.get(recovery);
    if (there.isEmpty()
        || !there.get().at("/status/phase").asText("").equals("Succeeded")
        || there.get().at("/spec/undo").has("requested")) return;
    world
        .as("kubectl-edit")
        .update(
            Manifests.merged(
                there.get(), Manifests.one("{\"spec\": {\"undo\": {\"requested\": true}}}")));
  }
}
