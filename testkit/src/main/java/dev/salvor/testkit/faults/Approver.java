package dev.salvor.testkit.faults;

import dev.salvor.api.Ref;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;

/** A person who approves every plan that is shown. */
public record Approver(Ref recovery) implements Model {
  @Override
  public void act(World world) {
    var there = world.get(recovery);
    if (there.isEmpty()) return;
    var wanted = there.get().at("/status/plan/approve").asText("");
    if (wanted.isEmpty() || there.get().at("/spec/approvedPlan").asText("").equals(wanted)) return;
    world
        .as("kubectl-edit")
        .update(
            Manifests.merged(
                there.get(), Manifests.one("{\"spec\": {\"approvedPlan\": \"" + wanted + "\"}}")));
  }
}
