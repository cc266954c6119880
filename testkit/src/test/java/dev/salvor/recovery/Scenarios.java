package dev.salvor.recovery;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Stage;
import java.util.List;

/** What is disturbed in {@link FaultPlansTest}. */
final class Scenarios {
  static final Scenario SWAP_FLUX = new Scenario("swap-flux", "Succeeded", Scenarios::swapFlux);
  static final Scenario SWAP_STATEFUL =
      new Scenario("swap-stateful", "Succeeded", Scenarios::swapStateful);
  static final Scenario SWAP_ARGO = new Scenario("swap-argo", "Succeeded", Scenarios::swapArgo);
  static final Scenario IN_PLACE = new Scenario("in-place", "Succeeded", Scenarios::inPlace);
  static final Scenario NAMESPACE = new Scenario("namespace", "Succeeded", Scenarios::namespace);
  static final Scenario NAMESPACE_GONE =
      new Scenario("namespace-gone", "Succeeded", Scenarios::namespaceGone);
  static final Scenario UNDO = new Scenario("undo", "Undone", Scenarios::undo);
  static final Scenario FALLBACK = new Scenario("fallback", "Succeeded", Scenarios::fallback);
  static final Scenario EXPIRED = new Scenario("expired", "Expired", Scenarios::expired);

  static final List<Scenario> ALL =
      List.of(
          SWAP_FLUX,
          SWAP_STATEFUL,
          SWAP_ARGO,
          IN_PLACE,
          NAMESPACE,
          NAMESPACE_GONE,
          UNDO,
          FALLBACK,
          EXPIRED);

  /** A copy that failed is kept so long and no longer. */
  private static final String SWAP =
      """
      backup: {name: monday}
      prepare: {keepFor: 30m}
      """;

  private Scenarios() {}

  static Shop deployedUnderFlux() {
    return new Shop().deployment().underFlux().backedUp("monday").damaged();
  }

  private static Stage swapFlux() {
    return deployedUnderFlux().recovers(SWAP);
  }

  private static Stage swapStateful() {
    return new Shop()
        .statefulSet()
        .backedUp("monday")
        .damaged()
        .recovers(
            """
            backup: {schedule: nightly}
            prepare: {keepFor: 30m}
            """);
  }

  private static Stage swapArgo() {
    return new Shop().deployment().underArgo().backedUp("monday").damaged().recovers(SWAP);
  }

  private static Stage inPlace() {
    return deployedUnderFlux()
        .recovers(
            """
            backup: {name: monday}
            strategy: InPlace
            """);
  }

  private static Stage namespace() {
    var shop = new Shop().deployment().underFlux();
    shop.cluster.put(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: notes, namespace: shop}
        data: {of: "a person, not of Git"}
        """);
    shop.backedUp("monday").damaged();
    shop.cluster.delete(Kinds.CONFIG_MAP.ref("shop", "notes"));
    return shop.recovers(
        """
        backup: {name: monday}
        scope: Namespace
        """);
  }

  private static Stage namespaceGone() {
    var shop = new Shop().statefulSet().backedUp("monday").damaged();
    shop.cluster.delete(Kinds.NAMESPACE.ref("shop"));
    return shop.recoversFromOutside(
        """
        backup: {name: monday}
        scope: Namespace
        """);
  }

  private static Stage undo() {
    var shop = deployedUnderFlux();
    shop.cluster.with(new Regret(Shop.RECOVERY));
    return shop.recovers(SWAP);
  }

  private static Stage fallback() {
    var shop = new Shop().deployment().backedUp("monday").backedUp("tuesday").damaged();
    shop.cluster.with(new Smoke(shop));
    return shop.recovers(
        """
        backup: {schedule: nightly}
        fallbackToOlder: 1
        prepare: {keepFor: 30m}
        checks:
        - name: smoke
          jobTemplate:
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  containers:
                  - name: smoke
                    image: smoke
                    volumeMounts: [{name: data, mountPath: /data}]
                  volumes:
                  - name: data
                    persistentVolumeClaim: {claimName: data}
        """);
  }

  private static Stage expired() {
    return deployedUnderFlux()
        .waits(
            """
            backup: {name: monday}
            prepare: {keepFor: 3m}
            """);
  }

  /** The check fails on what Tuesday's backup holds. */
  private record Smoke(Shop shop) implements Model {
    @Override
    public void act(World world) {
      var bad = false;
      for (var claim : world.list(Kinds.PVC, "")) {
        if (claim.at("/metadata/namespace").asText().equals("shop")) continue;
        var pv = world.get(Kinds.PV.ref(claim.at("/spec/volumeName").asText("")));
        bad |=
            pv.isPresent()
                && world
                    .volumeData()
                    .of(pv.get().at("/metadata/uid").asText())
                    .startsWith("good-tuesday");
      }
      shop.kubelet.exit("smoke", bad ? 1 : 0, bad ? "checksum of orders is wrong" : "all well");
    }
  }
}
