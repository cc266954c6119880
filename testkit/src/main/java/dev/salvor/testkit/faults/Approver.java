package dev.salvor.testkit.faults;

import dev.salvor.api.Ref;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;

/** A person who approves every plan that is shown. */
public record Approver(Ref recovery) implements Model {
  @Override
  public void act(World world) {
    var there = world.look(recovery);
    if (there.isEmpty()) return;
    var wanted = there.get().text("/status/plan/approve");
    if (wanted.isEmpty() || there.get().text("/spec/approvedPlan").equals(wanted)) return;
    world
        .as("kubectl-edit")
        .update(
            Manifests.merged(
                there.get().json(),
                Manifests.one("{\"spec\": {\"approvedPlan\": \"" + wanted + "\"}}")));
  }
}
