package dev.salvor.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;

/**
 * A CloudNativePG Cluster {@code db} of database and owner {@code app}, its archive, and what
 * happens to it. Every row of its table tells its time and what it was written for.
 */
record Database(Stage stage, String namespace, Shape shape, Bucket bucket) {
  static final String NAME = "db";
  static final String KIND = "clusters.postgresql.cnpg.io";
  static final String BACKUPS = "backups.postgresql.cnpg.io";
  private static final Duration LIMIT = Duration.ofMinutes(6);

  /** How the Cluster is made. */
  record Shape(int instances, boolean walVolume, boolean plugin) {
    static Shape small() {
      return new Shape(1, false, true);
    }
  }

  /** Describes it; {@link #install} makes it. Aborts where CloudNativePG or S3 cannot be had. */
  static Database need(Stage stage, String namespace, Shape shape) {
    for (var part : List.of("cnpg", "barman")) {
      var missing = stage.cluster().need(part);
      Assumptions.assumeTrue(missing.isEmpty(), () -> "the cluster lacks " + missing.orElse(""));
    }
    var bucket = stage.cluster().bucket();
    Assumptions.assumeTrue(bucket.isPresent(), "only the cluster tool brings S3");
    return new Database(stage, namespace, shape, bucket.orElseThrow());
  }

  static Database install(Stage stage, String namespace, Shape shape) {
    var database = need(stage, namespace, shape);
    stage.kube().namespace(namespace);
    stage.kube().apply(database.surroundings());
    stage.kube().apply(database.manifest(NAME));
    database.ready();
    return database;
  }

  /** Waits until it is healthy, and makes its table. */
  void ready() {
    healthy();
    sql(
        "set role app; create table if not exists sales (id bigint generated always as identity primary key, at timestamptz not null default clock_timestamp(), what text not null)");
  }

  /** The folder of the bucket: another one in each run, since the bucket outlives the run. */
  String folder() {
    return Velero.name(namespace);
  }

  /** Credentials, ObjectStore and ScheduledBackup. */
  String surroundings() {
    return Kube.manifest(
        "apps/archive.yaml",
        Map.of(
            "ns", namespace,
            "key", bucket.accessKey(),
            "secret", bucket.secretKey(),
            "store", store().indent(4).stripTrailing(),
            "method",
                shape.plugin()
                    ? "method: plugin, pluginConfiguration: {name: barman-cloud.cloudnative-pg.io}"
                    : "method: barmanObjectStore"));
  }

  /** The Cluster as it would stand in Git. */
  String manifest(String serverName) {
    return Kube.manifest(
        "apps/database.yaml",
        Map.of(
            "ns",
            namespace,
            "instances",
            String.valueOf(shape.instances()),
            "wal",
            shape.walVolume() ? "walStorage: {size: 1Gi}" : "",
            "archive",
            archive(serverName)));
  }

  private String archive(String serverName) {
    if (shape.plugin()) {
      return "plugins: [{name: barman-cloud.cloudnative-pg.io, isWALArchiver: true, parameters: {barmanObjectName: store, serverName: "
          + serverName
          + "}}]";
    }
    return "backup:\n    barmanObjectStore:\n"
        + ("serverName: " + serverName + "\n" + store()).indent(6).stripTrailing();
  }

  private String store() {
    return """
    destinationPath: s3://%s/%s
    endpointURL: %s
    s3Credentials: {accessKeyId: {name: s3, key: id}, secretAccessKey: {name: s3, key: secret}}
    wal: {compression: gzip}
    data: {compression: gzip, immediateCheckpoint: true}
    """
        .formatted(bucket.name(), folder(), bucket.endpoint());
  }

  JsonNode object() {
    return stage.kube().get(KIND, namespace, NAME);
  }

  JsonNode status() {
    return object().path("status");
  }

  String uid() {
    return object().path("metadata").path("uid").asText();
  }

  String primary() {
    return status().path("currentPrimary").asText();
  }

  /** The lineage that it archives into. */
  String lineage() {
    var spec = object().path("spec");
    return shape.plugin()
        ? spec.path("plugins").path(0).path("parameters").path("serverName").asText()
        : spec.path("backup").path("barmanObjectStore").path("serverName").asText();
  }

  boolean isHealthy() {
    var status = status();
    return status.path("phase").asText().equals("Cluster in healthy state")
        && status.path("readyInstances").asInt() == shape.instances()
        && status.path("currentPrimary").asText("-").equals(status.path("targetPrimary").asText());
  }

  void healthy() {
    Kube.await(NAME + " of " + namespace + " is healthy", LIMIT, this::isHealthy);
  }

  /** True if the condition holds now. */
  boolean holds(String condition) {
    return StreamSupport.stream(status().path("conditions").spliterator(), false)
        .anyMatch(found ->
            found.path("type").asText().equals(condition)
                && found.path("status").asText().equals("True"));
  }

  /** Runs SQL in the primary as superuser, and gives back what it answers, unaligned. */
  String sql(String statement) {
    return sql(primary(), statement);
  }

  String sql(String instance, String statement) {
    var psql = List.of("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", "app", "-c", statement);
    return kubectl(List.of("exec", instance, "-c", "postgres", "--"), psql)
        .lines()
        // what kubectl itself says of its connection
        .filter(line -> !line.matches("[EWI][0-9]{4} .*"))
        .collect(Collectors.joining("\n"))
        .strip();
  }

  void sell(String what, int count) {
    for (var i = 0; i < count; i++) sql("insert into sales (what) values ('" + what + "')");
  }

  /** How many rows were written for this. */
  int sold(String what) {
    return Integer.parseInt(sql("select count(*) from sales where what = '" + what + "'"));
  }

  /** The database's own clock. */
  Instant now() {
    return Instant.parse(
        sql(
            "select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
  }

  /** Closes the present WAL segment and waits until it is in the archive. */
  void archive() {
    var segment = sql("select pg_walfile_name(pg_switch_wal())");
    Kube.await(
        segment + " is archived",
        LIMIT,
        () ->
            sql("select last_archived_wal >= '" + segment + "' from pg_stat_archiver").equals("t"));
  }

  /** A base backup; the answer is its ID in the archive. */
  String backup(String name) {
    stage
        .kube()
        .apply(
            """
            apiVersion: postgresql.cnpg.io/v1
            kind: Backup
            metadata: {name: %s, namespace: %s}
            spec: {cluster: {name: %s}, %s}
            """
                .formatted(
                    name,
                    namespace,
                    NAME,
                    shape.plugin()
                        ? "method: plugin, pluginConfiguration: {name: barman-cloud.cloudnative-pg.io}"
                        : "method: barmanObjectStore"));
    Kube.await(
        "backup " + name + " is completed",
        LIMIT,
        () -> {
          var status = stage.kube().get(BACKUPS, namespace, name).path("status");
          if (status.path("phase").asText().equals("failed"))
            throw new AssertionError("backup " + name + ": " + status);
          return status.path("phase").asText().equals("completed");
        });
    return stage.kube().get(BACKUPS, namespace, name).path("status").path("backupId").asText();
  }

  /** Makes another instance the primary, as {@code kubectl cnpg promote} does. */
  void promote(String instance) {
    patch(
        """
        {"status": {"targetPrimary": "%s", "targetPrimaryTimestamp": "%s",
          "phase": "Switchover in progress", "phaseReason": "Switching over to %s"}}
        """
            .formatted(instance, Instant.now(), instance),
        "--subresource=status");
    Kube.await(instance + " is the primary", LIMIT, () -> primary().equals(instance));
    healthy();
  }

  /** The same with so many instances, all of them ready. */
  Database scaled(int instances) {
    patch("{\"spec\": {\"instances\": " + instances + "}}");
    var resized = new Shape(instances, shape.walVolume(), shape.plugin());
    var scaled = new Database(stage, namespace, resized, bucket);
    scaled.healthy();
    return scaled;
  }

  private void patch(String merge, String... options) {
    kubectl(List.of("patch", KIND, NAME, "--type=merge", "-p", merge), List.of(options));
  }

  /** In its namespace. */
  private String kubectl(List<String> what, List<String> more) {
    return stage
        .kube()
        .kubectl(
            Stream.of(List.of("-n", namespace), what, more)
                .flatMap(List::stream)
                .toArray(String[]::new));
  }

  /** For how long it takes no writes when it is merely stopped and started. */
  Duration ownStopAndStart() {
    try (var prober = DatabaseProber.start(this)) {
      hibernate("on");
      Kube.await("it is hibernated", LIMIT, () -> holds("cnpg.io/hibernation"));
      hibernate("off");
      healthy();
      prober.awaitAnswer(LIMIT);
      return prober.unanswered();
    }
  }

  private void hibernate(String value) {
    kubectl(
        List.of("annotate", KIND, NAME, "cnpg.io/hibernation=" + value, "--overwrite"),
        // Flux takes away what kubectl wrote under its own name
        List.of("--field-manager=e2e"));
  }

  /** Names of what lies in the archive below a lineage. */
  List<String> archived(String lineage) {
    if (!(stage.cluster() instanceof ToolCluster tool)) {
      return Assumptions.abort("only the cluster tool lists a bucket");
    }
    return tool.keys(bucket, folder() + "/" + lineage + "/");
  }
}
