package dev.salvor.recovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.models.CnpgMishap;
import dev.salvor.testkit.models.Mishap;
import dev.salvor.testkit.models.Program;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Courses that a recovery takes when something has gone wrong already, for the places in the
 * operator that write nowhere else: what is taken back, cancelled, removed, released.
 */
final class SideRoads {
  private static final String SWAP = "backup: {name: monday}\nprepare: {keepFor: 30m}\n";
  private static final String IN_PLACE = "backup: {name: monday}\nstrategy: InPlace\n";

  static final List<Scenario> ALL =
      List.of(
          new Scenario("abort-queued", "Aborted", SideRoads::queued),
          new Scenario("abort-copying", "Aborted", SideRoads::copying),
          new Scenario("abort-pointed", "Aborted", SideRoads::pointed),
          new Scenario("abort-swapping", "Undone", SideRoads::swapping),
          new Scenario("abort-in-place", "Undone", SideRoads::inPlace),
          new Scenario("abort-stalled", "Aborted", SideRoads::stalled),
          new Scenario("velero-restarts", "Succeeded", SideRoads::restarted),
          new Scenario("unmodified", "Failed", SideRoads::unmodified),
          new Scenario("released", "Archived", SideRoads::released),
          new Scenario("argo-old", "Succeeded", SideRoads::oldArgo),
          new Scenario(
              "node-loss", "Succeeded", () -> new NodeShop().dies().recovers(NodeShop.EMPTY)),
          new Scenario(
              "node-longhorn",
              "Succeeded",
              () -> new NodeShop(1).longhornBackup().dies().recovers("confirmNodeLost: node-1\n")),
          new Scenario(
              "node-promotion",
              "Succeeded",
              () -> new NodeDatabaseShop(2).with(CnpgMishap.NO_FAILOVER).dies().recovers()),
          GaleraPlansTest.FORCED,
          new Scenario("argo-hangs", "Succeeded", SideRoads::hangingArgo));

  private SideRoads() {}

  private static Stage queued() {
    var shop = Scenarios.deployedUnderFlux();
    shop.velero.with(Mishap.ANOTHER_RESTORE_FIRST);
    return aborts(shop, at("RestoreBeside")).recovers(SWAP);
  }

  private static Stage copying() {
    return aborts(
            Scenarios.deployedUnderFlux(),
            world -> !world.look(Kinds.POD_VOLUME_RESTORE, "velero").isEmpty())
        .recovers(SWAP);
  }

  /** The application is ready as soon as it runs: on the way back nothing goes on beside. */
  private static Stage pointed() {
    var shop = Scenarios.deployedUnderFlux();
    shop.kubelet.program((_, pod, _, _) ->
        pod.namespace().equals(Shop.RECOVERY.namespace())
            ? Optional.of(new Program.State.Running(true))
            : Optional.empty());
    return aborts(
            shop,
            world ->
                world.look(Kinds.PV, "").stream()
                    .anyMatch(pv -> pv.has("/spec/claimRef") && !pv.has("/spec/claimRef/uid")))
        .recovers(SWAP);
  }

  private static Stage swapping() {
    return aborts(Scenarios.deployedUnderFlux(), at("SwapVolumes")).recovers(SWAP);
  }

  private static Stage inPlace() {
    return aborts(
            Scenarios.deployedUnderFlux(),
            world -> !world.look(Kinds.POD_VOLUME_RESTORE, "velero").isEmpty())
        .recovers(IN_PLACE);
  }

  private static Stage stalled() {
    var shop = Scenarios.deployedUnderFlux();
    shop.velero.with(Mishap.VOLUMES_STALL);
    shop.cluster.with(new Impatient());
    return shop.recovers(SWAP);
  }

  private static Stage restarted() {
    var shop = Scenarios.deployedUnderFlux();
    shop.velero.with(Mishap.SERVER_RESTARTS);
    return shop.recovers(SWAP);
  }

  private static Stage unmodified() {
    var shop = Scenarios.deployedUnderFlux();
    shop.velero.with(Mishap.MODIFIER_FAILS);
    return shop.recovers(SWAP);
  }

  private static Stage released() {
    return Scenarios.deployedUnderFlux().recovers(SWAP + "undo: {retainFor: 10m}\n");
  }

  /** Argo CD 3.0: the API server drops {@code enabled}; only its image tells so in advance. */
  private static Stage oldArgo() {
    var shop = new Shop().deployment().underArgo();
    shop.cluster.put(
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: argocd-application-controller
          namespace: argocd
          labels: {app.kubernetes.io/name: argocd-application-controller}
        spec:
          replicas: 1
          selector: {matchLabels: {app.kubernetes.io/name: argocd-application-controller}}
          template:
            metadata: {labels: {app.kubernetes.io/name: argocd-application-controller}}
            spec: {containers: [{name: c, image: "quay.io/argoproj/argocd:v3.0.6"}]}
        """);
    shop.cluster.admission((_, after, _) -> {
      if (after != null && after.at("/spec/syncPolicy/automated") instanceof ObjectNode automated)
        automated.remove("enabled");
      return Optional.empty();
    });
    return shop.backedUp("monday").damaged().recovers(SWAP);
  }

  private static Stage hangingArgo() {
    var shop = new Shop().deployment().underArgo().backedUp("monday").damaged();
    shop.argo.operationHangs(true);
    return shop.recovers(SWAP);
  }

  private static Shop aborts(Shop shop, Predicate<World> when) {
    shop.cluster.with(new Aborter(Shop.RECOVERY, when));
    return shop;
  }

  private static Predicate<World> at(String step) {
    return world ->
        world.look(Shop.RECOVERY).filter(one -> one.text("/status/step").equals(step)).isPresent();
  }

  /** A person who aborts the recovery once something is so. */
  record Aborter(Ref recovery, Predicate<World> when) implements Model {
    @Override
    public void act(World world) {
      var there = world.look(recovery);
      if (there.isEmpty() || there.get().flag("/spec/abort") || !when.test(world)) return;
      world
          .as("kubectl-edit")
          .update(
              Manifests.merged(there.get().json(), Manifests.one("{\"spec\": {\"abort\": true}}")));
    }
  }
}
