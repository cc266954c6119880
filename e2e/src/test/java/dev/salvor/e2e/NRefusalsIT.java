package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * (d) Targets that cannot be reached, and stores that cannot be read: each is refused with a reason
 * of its own, and no object has changed.
 */
@Scenario
class NRefusalsIT {
  private static final String NAMESPACE = "e2e-n";
  private static final Duration IDLE = Duration.ofSeconds(13);
  private final Stage stage = Stage.plain();
  private final DatabaseRoom house = new DatabaseRoom(stage, NAMESPACE);
  private Database database =
      new Database(stage, NAMESPACE, Database.Shape.small(), new Bucket("", "", "", ""));
  private Instant created = Instant.EPOCH;
  private Instant inTheGap = Instant.EPOCH;
  private Instant lastCommit = Instant.EPOCH;
  private String gap = "";

  @BeforeAll
  void install() throws InterruptedException {
    created = Instant.now();
    database = Database.install(stage, NAMESPACE, Database.Shape.small());
    database.backup("first");
    database.sell("before the gap", 2);
    database.archive();
    gap = database.sql("select pg_walfile_name(pg_current_wal_lsn())");
    database.sell("in the gap", 2);
    Thread.sleep(Duration.ofSeconds(1));
    inTheGap = database.now();
    Thread.sleep(Duration.ofSeconds(1));
    database.sell("in the gap", 2);
    database.archive();
    sellForTheLastTime();
  }

  /**
   * Nothing is committed for longer than the target lies behind the last commit, and the segment is
   * archived. PostgreSQL commits by itself too, autovacuum for one, a minute after its start: a
   * later try has its pause.
   */
  private void sellForTheLastTime() throws InterruptedException {
    for (var tries = 1; ; tries++) {
      database.sell("after the gap", 2);
      lastCommit =
          Instant.parse(
              database.sql(
                  "select to_char(max(at) at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from sales"));
      var next = nextTransaction();
      Thread.sleep(IDLE.plusSeconds(2));
      database.sql("checkpoint");
      database.archive();
      if (nextTransaction().equals(next)) return;
      assertThat(tries).as("something commits all the time").isLessThan(5);
    }
  }

  /** It grows with everything that writes, and with nothing else. */
  private String nextTransaction() {
    return database.sql("select pg_snapshot_xmax(pg_current_snapshot())");
  }

  @Test
  @Order(1)
  void targetsThatTheArchiveDoesNotReach() {
    refused("future", DatabaseRoom.time(Instant.now().plus(Duration.ofHours(1))));
    refused("before-first-backup", DatabaseRoom.time(created));
    refused("idle", DatabaseRoom.time(lastCommit.plus(IDLE)));
    refused("unknown-backup", "target: {immediate: true, backupID: 20200101T000000}");
    refused("unknown-timeline", "target: {time: \"" + inTheGap + "\", timeline: 7}");
    refused("unknown-lineage", "target: {latest: true}, source: nothing-here");
    refused("same-lineage", "target: {latest: true}, lineage: db");
  }

  @Test
  @Order(2)
  void aMomentWhoseWalIsMissing() {
    var key =
        database.archived(Database.NAME).stream()
            .filter(found -> found.contains(gap))
            .findFirst()
            .orElseThrow();
    var tool = (ToolCluster) stage.cluster();
    var kept = tool.fetch(database.bucket(), key);
    tool.remove(database.bucket(), key);
    try {
      var recovery = refused("gap", DatabaseRoom.time(inTheGap));
      // what can be reached instead is said
      assertThat(recovery.status().path("recoverable").size()).isPositive();
    } finally {
      tool.put(database.bucket(), key, kept);
    }
  }

  @Test
  @Order(3)
  void storesThatCannotBeRead() {
    store(
        "keys",
        "{\"s3Credentials\":{\"accessKeyId\":{\"name\":\"wrong\",\"key\":\"id\"},\"secretAccessKey\":{\"name\":\"wrong\",\"key\":\"secret\"}}}");
    store("no-bucket", "{\"destinationPath\":\"s3://salvor-e2e-nothing/x\"}");
    store("no-server", "{\"endpointURL\":\"http://127.0.0.1:9\"}");
    store(
        "role",
        "{\"s3Credentials\":{\"inheritFromIAMRole\":true,\"accessKeyId\":null,\"secretAccessKey\":null}}");
  }

  /** The store is wrong for as long as it takes to be refused. */
  private void store(String name, String configuration) {
    var kube = stage.kube();
    kube.apply(
        "{apiVersion: v1, kind: Secret, metadata: {name: wrong, namespace: "
            + NAMESPACE
            + "}, stringData: {id: nobody, secret: nothing-to-see}}");
    var before = kube.get("objectstores.barmancloud.cnpg.io", NAMESPACE, "store").path("spec");
    patchStore("{\"spec\":{\"configuration\":" + configuration + "}}", "merge");
    try {
      var recovery = refused("store-" + name, "target: {latest: true}");
      assertThat(recovery.status().toString()).doesNotContain("nothing-to-see");
    } finally {
      patchStore("[{\"op\":\"replace\",\"path\":\"/spec\",\"value\":" + before + "}]", "json");
    }
  }

  private void patchStore(String patch, String type) {
    stage
        .kube()
        .kubectl(
            "-n",
            NAMESPACE,
            "patch",
            "objectstores.barmancloud.cnpg.io",
            "store",
            "--type=" + type,
            "-p",
            patch);
  }

  @Test
  @Order(4)
  void twoSystemsUnderOnePrefix() throws java.io.IOException {
    var tool = (ToolCluster) stage.cluster();
    var info =
        database.archived(Database.NAME).stream()
            .filter(found -> found.endsWith("/backup.info"))
            .findFirst()
            .orElseThrow();
    var file = tool.fetch(database.bucket(), info);
    var other = Files.createTempFile("salvor-e2e", ".info");
    Files.writeString(
        other,
        Files.readString(file).replaceAll("(?m)^systemid=.*$", "systemid=1234567890123456789"));
    var key = info.replaceAll("/base/[^/]+/", "/base/20200101T000000/");
    // without its data it would be no base backup, and none of its WAL would be expected
    var data =
        database.archived(Database.NAME).stream()
            .filter(found -> found.contains("/data.tar"))
            .findFirst()
            .orElseThrow();
    var copy = data.replaceAll("/base/[^/]+/", "/base/20200101T000000/");
    tool.put(database.bucket(), copy, tool.fetch(database.bucket(), data));
    tool.put(database.bucket(), key, other);
    try {
      var recovery = refused("two-systems", DatabaseRoom.time(inTheGap));
      assertThat(recovery.stalled()).isNotEqualTo("TargetInGap");
    } finally {
      tool.remove(database.bucket(), key);
      tool.remove(database.bucket(), copy);
    }
  }

  @Test
  @Order(5)
  void theLastCommitItself() {
    // recovery stops at the first commit behind the target, and there is none behind the last one
    refused("last-commit", DatabaseRoom.time(lastCommit.plusMillis(500)));
  }

  private Recovery refused(String name, String spec) {
    var before = house.versions();
    assertThat(before).hasSizeGreaterThan(10);
    var recovery = house.recover(name, spec + ", " + Recovery.automatic());
    recovery.await("Refused");
    System.out.println("e2e: " + name + ": " + recovery.stalled());
    assertThat(recovery.stalled()).isNotEmpty();
    assertThat(recovery.status().path("message").asText()).isNotEmpty();
    assertThat(changed(before)).isEmpty();
    return recovery;
  }

  private List<String> changed(java.util.Map<String, String> before) {
    var now = house.versions();
    var all = new ArrayList<String>();
    now.forEach((name, version) -> {
      if (!version.equals(before.get(name))) all.add(name);
    });
    before.keySet().stream().filter(name -> !now.containsKey(name)).forEach(all::add);
    return all;
  }

  @AfterAll
  void clear() {
    house.room().clear();
  }
}
