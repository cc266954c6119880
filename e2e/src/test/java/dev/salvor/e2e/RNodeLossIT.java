package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * A node dies with its disks: a database that has other instances, one that has none, three
 * applications whose data Velero, VolSync, or a program of their own has saved, one without data,
 * and a claim that nobody uses were on it. Before that it only loses its network, and its power.
 */
@Scenario
class RNodeLossIT {
  private static final String APP = "e2e-r";
  private static final String THREE = "e2e-r-three";
  private static final String ONE = "e2e-r-one";
  private static final String SYNCED = "e2e-r-volsync";
  private static final String FETCHED = "e2e-r-job";
  private static final List<String> ALL = List.of(APP, THREE, ONE, SYNCED, FETCHED);
  private static final String NODE = "node-9";

  private final Stage stage = Stage.open();
  private final Kube kube = stage.kube();
  private final Velero velero = new Velero(kube);
  private final Room room = new Room(kube, ALL);
  private final Shop shop = new Shop(stage, APP, "local-path", true);
  private Database three = database(THREE, 3);
  private Database one = database(ONE, 1);
  private VolSyncApp synced =
      new VolSyncApp(
          new Shop(stage, SYNCED, "local-path", false), new Restic(stage, SYNCED), List.of());
  private JobApp fetched =
      new JobApp(new Shop(stage, FETCHED, "local-path", false), "", "", List.of());
  private List<String> good = List.of();
  private String stale = "";
  private int timeline;

  private Database database(String namespace, int instances) {
    return new Database(
        stage, namespace, new Database.Shape(instances, false, true), new Bucket("", "", "", ""));
  }

  @BeforeAll
  void fillTheNode() {
    // elsewhere than on the node
    Database.need(stage, ONE, new Database.Shape(1, false, true));
    Restic.need(stage, SYNCED);
    ToolCluster.need(stage).node("add", NODE);
    kube.onlyOn(NODE, this::fill);
    one.backup("first");
    one.sell("kept", 5);
    one.archive();
    three = three.scaled(3);
    three.sell("kept", 5);
    stale = claim("stale").path("metadata").path("uid").asText();
    for (var namespace : ALL)
      assertThat(kube.list("pods", namespace))
          .filteredOn(pod -> !name(pod).matches("db-[23].*"))
          .isNotEmpty()
          .allMatch(pod -> pod.path("spec").path("nodeName").asText().equals(NODE));
  }

  private void fill() {
    Shop.install(stage, APP);
    shop.fill(200, 20_000);
    good = shop.sums();
    kube.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: stateless, namespace: %1$s}
        spec:
          selector: {matchLabels: {app: stateless}}
          template:
            metadata: {labels: {app: stateless}}
            spec: {containers: [{name: main, image: "%2$s", command: [sleep, infinity]}]}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: stale, namespace: %1$s}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Mi}}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: once, namespace: %1$s}
        spec:
          restartPolicy: Never
          containers: [{name: main, image: "%2$s", command: ["true"], volumeMounts: [{name: v, mountPath: /v}]}]
          volumes: [{name: v, persistentVolumeClaim: {claimName: stale}}]
        """
            .formatted(APP, stage.cluster().busybox()));
    kube.rollout(APP, "deployment/stateless");
    Kube.await(
        "the claim that nobody will use is bound",
        Duration.ofMinutes(2),
        () -> claim("stale").path("status").path("phase").asText().equals("Bound"));
    kube.kubectl("-n", APP, "delete", "pod", "once");
    velero.backup("e2e-r-1", APP);
    synced = VolSyncApp.install(stage, SYNCED);
    fetched = JobApp.install(stage, FETCHED);
    one = Database.install(stage, ONE, new Database.Shape(1, false, true));
    three = Database.install(stage, THREE, new Database.Shape(1, false, true));
  }

  /** Its pods go on, and it cannot be seen from here that they do. */
  @Test
  @Order(1)
  void aNodeWithoutItsNetworkIsNotGivenUpWithoutAWord() {
    var claims = claims();
    ToolCluster.need(stage).node("partition", NODE);
    try {
      awaitReady("Unknown");
      var recovery = apply("unconfirmed", "nodeName: " + NODE);
      recovery.awaitReason("NodeLossUnconfirmed");
      assertThat(recovery.status().path("startedAt").isMissingNode()).isTrue();
    } finally {
      ToolCluster.need(stage).node("heal", NODE);
    }
    awaitReady("True");
    assertThat(claims()).isEqualTo(claims);
  }

  /** The plan was made while it was away; it is back before anything is deleted. */
  @Test
  @Order(2)
  void aNodeThatComesBackStopsIt() {
    var claims = claims();
    ToolCluster.need(stage).node("stop", NODE);
    kube.kubectl("delete", "node", NODE);
    var recovery = apply("too-early", "nodeName: " + NODE + ", confirmNodeLost: " + NODE);
    recovery.await("AwaitingApproval");
    ToolCluster.need(stage).node("start", NODE);
    awaitReady("True");
    recovery.patch(
        "{\"spec\":{\"approvedPlan\":\""
            + recovery.status().path("plan").path("approve").asText()
            + "\"}}");
    recovery.awaitReason("NodeIsBack");
    assertThat(claims()).isEqualTo(claims);
    allRun();
  }

  private void allRun() {
    for (var app : List.of(shop, synced.shop(), fetched.shop())) app.ready();
    one.healthy();
    three.healthy();
  }

  @Test
  @Order(3)
  void everythingIsBackAfterOneFileAndOneApprovalWithTheOperatorKilledThreeTimes() {
    // the test before has driven it away from there
    if (!three.primary().equals("db-1")) three.promote("db-1");
    three.archive();
    timeline = three.status().path("timelineID").asInt();
    var cache = synced.cacheUid();
    ToolCluster.need(stage).node("kill", NODE);
    kube.kubectl("delete", "node", NODE);
    var recovery =
        apply(
            "confirmed",
            "nodeName: %1$s, confirmNodeLost: %1$s, sources: [%2$s]"
                .formatted(NODE, fetched.source()));
    recovery.approve();
    var map = recovery.status().path("plan").path("summary").asText();
    System.out.println(map);
    for (var row : synced.rows()) assertThat(map).containsPattern(row);
    assertThat(map).containsPattern(fetched.row());
    for (var step : List.of("RetainStranded", "EvictDeadPods", "AwaitRecoveries")) {
      Kube.await(
          step + " has begun",
          Duration.ofMinutes(5),
          () -> recovery.started(step) || recovery.phase().equals("Succeeded"));
      stage.operator().kill();
      stage.operator().start();
    }
    recovery.succeed();

    allRun();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    synced.isBack(cache);
    fetched.isBack();
    assertThat(one.sold("kept")).isEqualTo(5);
    assertThat(three.sold("kept")).isEqualTo(5);
    assertThat(claim("stale").path("metadata").path("uid").asText()).isEqualTo(stale);
    assertThat(claim("stale").path("metadata").has("deletionTimestamp")).isFalse();
    kube.rollout(APP, "deployment/stateless");
    assertThat(kube.list("events.events.k8s.io", "default", "--field-selector=reason=Deleting"))
        .as("what the operator deleted")
        .noneMatch(event -> event.toString().contains("stateless"));
    for (var namespace : ALL) {
      assertThat(kube.list("pods", namespace, "-l", "app!=stateless"))
          .extracting(pod -> pod.path("spec").path("nodeName").asText())
          .doesNotContain(NODE);
    }
  }

  /** CloudNativePG has failed over by itself; what it made the primary archives, as was looked. */
  @Test
  @Order(4)
  void theDatabaseThatFailedOverGoesOnInItsArchive() {
    var recovery = Recovery.of(kube, Recovery.Kind.NodeLossRecovery, "", "confirmed");
    for (var step : List.of("AwaitFailover", "PromoteReplica", "AwaitPromotion", "CheckArchives"))
      System.out.println("e2e: " + step + ": " + recovery.said(step));
    assertThat(recovery.said("AwaitFailover")).isEqualTo("no primary is on " + NODE);
    assertThat(recovery.said("PromoteReplica")).endsWith(": 0");
    assertThat(recovery.said("CheckArchives")).startsWith("no archive has stopped");
    assertThat(three.status().path("timelineID").asInt()).isGreaterThan(timeline);
    assertThat(three.holds("ContinuousArchiving")).isTrue();
    three.sell("after", 3);
    three.archive();
    var backup = three.backup("after");
    assertThat(three.archived(three.lineage() + "/base/" + backup)).isNotEmpty();
    assertThat(three.sold("after")).isEqualTo(3);
  }

  /** UIDs of all claims: none of them was deleted. */
  private List<String> claims() {
    return ALL.stream()
        .flatMap(namespace -> kube.list("persistentvolumeclaims", namespace).stream())
        .map(claim -> claim.path("metadata").path("uid").asText())
        .sorted()
        .toList();
  }

  private void awaitReady(String status) {
    Kube.await(
        NODE + " is Ready: " + status,
        Duration.ofMinutes(3),
        () -> {
          for (var one : kube.get("node", "", NODE).path("status").path("conditions"))
            if (one.path("type").asText().equals("Ready"))
              return one.path("status").asText().equals(status);
          return false;
        });
  }

  private Recovery apply(String name, String spec) {
    return Recovery.apply(kube, Recovery.Kind.NodeLossRecovery, "", name, spec);
  }

  private com.fasterxml.jackson.databind.JsonNode claim(String name) {
    return kube.get("persistentvolumeclaim", APP, name);
  }

  private static String name(com.fasterxml.jackson.databind.JsonNode object) {
    return object.path("metadata").path("name").asText();
  }

  @AfterAll
  void clear() {
    room.clear();
    if (stage.cluster() instanceof ToolCluster tool) tool.node("delete", NODE);
  }
}
