package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * A Galera cluster of three members on disks in its nodes loses one of them, and then, with a node
 * that holds two, its quorum. The Node objects are deleted, as a cloud does, so that nothing has to
 * wait for ten minutes of silence.
 */
@Scenario
class TGaleraIT {
  private static final String SPACE = "e2e-t";
  private static final List<String> NODES = List.of("node-4", "node-5", "node-6");
  private static final String LABEL = "e2e-galera";

  private final Stage stage = Stage.plain();
  private final Kube kube = stage.kube();
  private final Room room = Room.of(stage, SPACE);

  @BeforeAll
  void threeMembers() {
    stage
        .cluster()
        .need("mariadb")
        .ifPresent(missing -> Assumptions.abort("needs mariadb-operator: " + missing));
    for (var node : NODES) {
      if (kube.get("node", "", node).isMissingNode()) ToolCluster.need(stage).node("add", node);
      kube.kubectl("label", "node", node, LABEL + "=yes", "--overwrite");
    }
    kube.namespace(SPACE);
    kube.apply(Kube.manifest("apps/galera.yaml", Map.of("namespace", SPACE, "label", LABEL)));
    ready(Duration.ofMinutes(6));
    assertThat(places().values()).as("a node for each").doesNotHaveDuplicates();
    sql("db-0", "create table shop.sold (id int primary key auto_increment, what varchar(64))");
    for (var row = 0; row < 50; row++)
      sql("db-" + row % 3, "insert into shop.sold (what) values ('row " + row + "')");
  }

  @Test
  @Order(1)
  void aMemberThatIsLostIsJoinedAnew() {
    var before = checksum("db-0");
    var lost = NODES.getLast();
    var victim = at(lost);
    dies(lost);
    recovered("one", lost);
    assertThat(places().get(victim.getFirst())).isNotEqualTo(lost);
    for (var pod : List.of("db-0", "db-1", "db-2")) assertThat(checksum(pod)).isEqualTo(before);
    unforced();
  }

  @Test
  @Order(2)
  void twoOfThreeAreLostAtOnce() {
    var lost = NODES.stream().filter(node -> at(node).size() == 2).findFirst().orElseThrow();
    sql("db-0", "insert into shop.sold (what) values ('the last one')");
    var before = checksum("db-0");
    dies(lost);
    recovered("two", lost);
    for (var pod : List.of("db-0", "db-1", "db-2")) assertThat(checksum(pod)).isEqualTo(before);
    assertThat(sql("db-0", "select count(*) from shop.sold").strip()).isEqualTo("51");
    unforced();
  }

  private void dies(String node) {
    ToolCluster.need(stage).node("kill", node);
    kube.kubectl("delete", "node", node, "--wait=true");
  }

  private void recovered(String name, String node) {
    var recovery =
        Recovery.apply(
            kube,
            Recovery.Kind.NodeLossRecovery,
            "",
            "galera-" + name,
            "nodeName: %1$s, confirmNodeLost: %1$s, include: [%2$s]".formatted(node, SPACE));
    recovery.approve();
    System.out.println(recovery.status().path("plan").path("summary").asText());
    recovery.succeed();
    ready(Duration.ofMinutes(2));
  }

  private void ready(Duration limit) {
    Kube.await(
        "three members are a cluster",
        limit,
        () ->
            kube.get("statefulset", SPACE, "db").path("status").path("readyReplicas").asInt() == 3
                && condition("GaleraReady")
                && condition("Ready"));
  }

  private boolean condition(String type) {
    for (var one : database().path("status").path("conditions"))
      if (one.path("type").asText().equals(type)) return one.path("status").asText().equals("True");
    return false;
  }

  private void unforced() {
    var database = database();
    assertThat(database.at("/spec/galera/recovery").has("forceClusterBootstrapInPod")).isFalse();
    assertThat(database.at("/metadata/annotations").toString()).doesNotContain("salvor");
  }

  private JsonNode database() {
    return kube.get("mariadbs.k8s.mariadb.com", SPACE, "db");
  }

  /** Pod -> node. */
  private Map<String, String> places() {
    return kube.list("pods", SPACE, "-l", "app.kubernetes.io/instance=db").stream()
        .filter(pod -> pod.at("/metadata/name").asText().matches("db-[0-9]"))
        .collect(
            Collectors.toMap(
                pod -> pod.at("/metadata/name").asText(),
                pod -> pod.at("/spec/nodeName").asText()));
  }

  private List<String> at(String node) {
    return places().entrySet().stream()
        .filter(place -> place.getValue().equals(node))
        .map(Map.Entry::getKey)
        .toList();
  }

  private String checksum(String pod) {
    return sql(pod, "checksum table shop.sold extended").strip();
  }

  private String sql(String pod, String statement) {
    return kube.exec(
        SPACE, pod, "mariadb", "mariadb -uroot -prootpassword -N -e \"" + statement + "\"");
  }

  @AfterAll
  void clear() {
    if (Cluster.keep()) return;
    kube.tryKubectl("-n", SPACE, "delete", "mariadbs.k8s.mariadb.com", "--all", "--timeout=90s");
    kube.tryKubectl("delete", "nodelossrecoveries", "galera-one", "galera-two", "--timeout=60s");
    room.clear();
    NODES.forEach(node -> ToolCluster.need(stage).node("delete", node));
  }
}
