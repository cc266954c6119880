package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Salvor for one namespace: a second release of the chart with {@code watchNamespaces}, whose
 * account has Roles there. Velero and Flux, which are everybody's, do what it asks for that
 * namespace and nothing else.
 */
@Scenario
class XNarrowIT {
  /**
   * The namespace of this Salvor; not the one of the stage, whose account has rights everywhere.
   */
  static final String OWN = "e2e-x-salvor";

  private static final String NAMESPACE = "e2e-x";
  private static final String OTHER = "e2e-x-other";
  private static final String ACCOUNT = "--as=system:serviceaccount:" + OWN + ":narrow";

  private final Stage stage = Stage.open();
  private final Kube kube = stage.kube();
  private final Velero velero = new Velero(kube);
  private final Room room = Room.of(stage, NAMESPACE, OTHER);
  private final Shop shop = new Shop(stage, NAMESPACE, "local-path", true);
  private final Chart chart = new Chart("narrow", OWN, kube.kubeconfig());
  private Flux flux = new Flux(stage);
  private Shop other = shop;
  private List<String> good = List.of();
  private List<String> damaged = List.of();

  @BeforeAll
  void install() {
    if (!(stage.cluster() instanceof ToolCluster tool))
      Assumptions.abort("only the cluster tool loads images");
    else {
      flux = Flux.need(stage);
      kube.namespace(NAMESPACE);
      flux.source(NAMESPACE, flux.publish(NAMESPACE, Map.of("app/shop.yaml", shop.manifest())));
      kube.apply(Flux.kustomization(NAMESPACE, NAMESPACE, "./app", ""));
      other = Shop.install(stage, OTHER);
      flux.awaitReady(NAMESPACE);
      shop.ready();
      shop.fill(200, 50_000);
      good = shop.sums();
      velero.backup("e2e-x-1", NAMESPACE);
      velero.backup("e2e-x-2", OTHER);
      OwnImage.load(tool, false);
      // it would answer the recoveries of all namespaces
      stage.operator().close();
      kube.namespace(OWN);
      chart.install(values(Map.of()));
    }
  }

  private static Map<String, String> values(Map<String, String> more) {
    var values = new HashMap<>(more);
    // a CRD belongs to one release
    values.put("crds.enabled", "false");
    values.put("watchNamespaces[0]", NAMESPACE);
    return values;
  }

  @Test
  @Order(1)
  void anOwnerWhereItHasNoRightsRefusesThePlan() {
    var before = versions();
    var closed = Recovery.apply(kube, NAMESPACE, "closed", Recovery.from("e2e-x-1"));
    closed.await("Refused");
    System.out.println("e2e: " + closed.status().path("facts").path("findings"));
    assertThat(closed.status().path("facts").path("findings").toString())
        .contains("kustomizations", Flux.NAMESPACE, "gitopsNamespaces");
    assertThat(versions()).isEqualTo(before);
    assertThat(room.shadows()).isEmpty();
    assertThat(flux.suspended(NAMESPACE)).isFalse();
  }

  /** What a recovery could change of the application. */
  private Map<String, String> versions() {
    var all = new TreeMap<String, String>();
    for (var found : kube.list("pods,persistentvolumeclaims,deployments", NAMESPACE))
      all.put(
          found.path("kind").asText() + "/" + found.at("/metadata/name").asText(),
          found.at("/metadata/resourceVersion").asText());
    return all;
  }

  @Test
  @Order(2)
  void everyByteIsBackBySwap() {
    chart.upgrade(values(Map.of("gitopsNamespaces[0]", Flux.NAMESPACE)));
    chart.test();
    Recovery.apply(kube, OTHER, "stranger", Recovery.from("e2e-x-2"));
    shop.damage();
    damaged = shop.sums();
    var started = new Starts(stage);
    var recovery = Recovery.apply(kube, NAMESPACE, "swap", Recovery.from("e2e-x-1"));
    recovery.approve();
    recovery.succeed();
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    assertThat(started.inShadow()).isEmpty();
    room.awaitNoShadow();
    assertThat(flux.suspended(NAMESPACE)).isFalse();
    flux.awaitReady(NAMESPACE);
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    assertThat(recovery.status().at("/undo/possible").asBoolean()).isTrue();
  }

  @Test
  @Order(3)
  void theWayBackHasItsRightsToo() {
    var recovery = Recovery.of(kube, Recovery.Kind.NamespaceRestore, NAMESPACE, "swap");
    var before = recovery.status().path("plan").path("approve").asText();
    recovery.patch("{\"spec\":{\"undo\":{\"requested\":true}}}");
    recovery.approve(before);
    recovery.await("Undone");
    shop.ready();
    assertThat(Shop.differences(damaged, shop.sums())).isEmpty();
    assertThat(flux.suspended(NAMESPACE)).isFalse();
  }

  @Test
  @Order(4)
  void whereThereIsNoRoomForACopyTheyDoAsWell() {
    inPlace("in-place", "strategy: InPlace");
    kube.kubectl("-n", NAMESPACE, "delete", "service", "shop");
    inPlace("all", "scope: Namespace");
    assertThat(kube.get("service", NAMESPACE, "shop").isObject()).isTrue();
  }

  private void inPlace(String name, String how) {
    shop.damage();
    Recovery.apply(
            kube,
            NAMESPACE,
            name,
            "%s, %s, undo: {retainFor: 0s}, %s"
                .formatted(Recovery.from("e2e-x-1"), how, Recovery.automatic()))
        .succeed();
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    assertThat(flux.suspended(NAMESPACE)).isFalse();
    flux.awaitReady(NAMESPACE);
  }

  @Test
  @Order(5)
  void whatIsElsewhereIsNotItsBusiness() {
    // applied before the Swap: it had the time of a whole recovery
    var stranger = Recovery.of(kube, Recovery.Kind.NamespaceRestore, OTHER, "stranger");
    assertThat(stranger.status().path("steps")).isEmpty();
    assertThat(stranger.phase()).isEmpty();
    assertThat(room.shadows()).isEmpty();

    assertThat(may("delete", "pods", OTHER)).isFalse();
    assertThat(may("delete", "pods", NAMESPACE)).isTrue();
    assertThat(may("get", "secrets", OTHER)).isFalse();
    // what RBAC cannot narrow down, the policy does
    assertThat(retain(shop.volume()).output()).contains("patched");
    assertThat(retain(other.volume()).output())
        .contains("narrow-scope", "may change volumes of claims in " + NAMESPACE);
    assertThat(restore(NAMESPACE).output()).contains("created");
    assertThat(restore(OTHER).output())
        .contains("narrow-scope", "may have Velero restore " + NAMESPACE);
    assertThat(kube.tryKubectl("delete", "namespace", OTHER, "--dry-run=server", ACCOUNT).output())
        .contains("ValidatingAdmissionPolicy 'narrow-");
  }

  private boolean may(String verb, String kind, String namespace) {
    return kube.tryKubectl("auth", "can-i", verb, kind, "-n", namespace, ACCOUNT).ok();
  }

  private Shell.Result retain(String volume) {
    return kube.tryKubectl(
        "patch",
        "persistentvolume",
        volume,
        "--type=merge",
        "-p",
        "{\"metadata\":{\"annotations\":{\"e2e\":\"x\"}}}",
        "--dry-run=server",
        ACCOUNT);
  }

  private Shell.Result restore(String namespace) {
    var manifest =
        """
        apiVersion: velero.io/v1
        kind: Restore
        metadata: {name: e2e-x-forbidden, namespace: velero}
        spec: {backupName: %s, includedNamespaces: [%s], includeClusterResources: false}
        """
            .formatted(Velero.name("e2e-x-2"), namespace);
    return new Shell(Map.of("KUBECONFIG", kube.kubeconfig().toString()))
        .run(
            Duration.ofMinutes(1),
            manifest,
            "kubectl",
            "create",
            "-f",
            "-",
            "--dry-run=server",
            ACCOUNT);
  }

  @Test
  @Order(6)
  void anAdministratorsRecoveryReachesNoFurther() {
    chart.upgrade(values(Map.of("gitopsNamespaces[0]", Flux.NAMESPACE, "watchNamespaces[1]", OWN)));
    var reaching =
        Recovery.apply(
            kube, OWN, "reaching", Recovery.from("e2e-x-2") + ", targetNamespace: " + OTHER);
    reaching.await("Refused");
    assertThat(reasons(reaching.status())).contains("OutsideScope");
    assertThat(room.shadows()).isEmpty();
  }

  private static List<String> reasons(JsonNode status) {
    return status.path("conditions").findValuesAsText("reason");
  }

  @AfterAll
  void clear() {
    // while there is somebody who takes their finalizers off
    for (var namespace : List.of(OTHER, OWN))
      kube.tryKubectl(
          "-n",
          namespace,
          "delete",
          Recovery.Kind.NamespaceRestore.resource(),
          "--all",
          "--timeout=60s");
    // its policies bind everybody but its own account
    if (kube.get("deployment", OWN, chart.release()).isObject()) chart.uninstall();
    stage.operator().start();
    if (!Cluster.keep()) {
      kube.tryKubectl("delete", "namespace", OWN, "--wait=false");
      flux.delete(NAMESPACE);
    }
    room.clear();
  }
}
