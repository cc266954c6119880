package dev.salvor.recovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import dev.salvor.testkit.models.FluxModel;
import java.util.List;

/**
 * A person who reads that Git is behind. First somebody else commits something that does not help;
 * once Flux is held again, the change that the recovery asks for is committed.
 */
final class Committer implements Model {
  private final FluxModel flux;
  private final Ref recovery;
  private final Ref owner;
  private boolean elsewhere;

  Committer(FluxModel flux, Ref recovery, Ref owner) {
    this.flux = flux;
    this.recovery = recovery;
    this.owner = owner;
  }

  @Override
  public void act(World world) {
    var there = world.get(recovery);
    var held = world.get(owner).filter(found -> found.at("/spec/suspend").asBoolean());
    if (there.isEmpty() || held.isEmpty() || !asks(there.get())) return;
    if (!elsewhere) {
      elsewhere = true;
      flux.commit(owner, flux.of(owner));
      return;
    }
    var attempted = held.get().at("/status/lastAttemptedRevision").asText();
    if (!attempted.equals(flux.revision())) return;
    var wanted = Manifests.one(there.get().at("/status/gitPatch").asText());
    flux.commit(owner, flux.of(owner).stream().map(one -> changed(one, wanted)).toList());
  }

  private static boolean asks(ObjectNode recovery) {
    for (var condition : recovery.at("/status/conditions"))
      if (condition.path("reason").asText().equals("GitBehind")) return true;
    return false;
  }

  private static ObjectNode changed(ObjectNode manifest, ObjectNode patch) {
    if (!manifest.path("kind").asText().equals("Cluster")) return manifest;
    var changed = manifest.deepCopy();
    for (var path : List.of("/spec/plugins/0/parameters", "/spec/backup/barmanObjectStore")) {
      var name = patch.at(path + "/serverName");
      if (name.isTextual()) ((ObjectNode) changed.at(path)).put("serverName", name.asText());
    }
    return changed;
  }
}
