package dev.salvor.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A stranger to the recovery, in a namespace of its own: five times a second it opens a connection
 * through the Service {@code db-rw} with the password of the day it began, and writes a row.
 */
final class DatabaseProber implements AutoCloseable {
  private static final String NAME = "prober";
  private final Kube kube;
  private final String namespace;
  private final Instant began = Instant.now();

  private DatabaseProber(Kube kube, String namespace) {
    this.kube = kube;
    this.namespace = namespace;
  }

  /** The namespace in which the prober of a database lives. */
  static String namespaceOf(String namespace) {
    return namespace + "-prober";
  }

  static DatabaseProber start(Database database) {
    var kube = database.stage().kube();
    var namespace = namespaceOf(database.namespace());
    database.sql(
        "set role app; create table if not exists probe (at timestamptz default clock_timestamp())");
    var secret = kube.get("secret", database.namespace(), Database.NAME + "-app").path("data");
    var uri = new String(Base64.getDecoder().decode(secret.path("fqdn-uri").asText()));
    kube.namespace(namespace);
    kube.kubectl("-n", namespace, "delete", "pod", NAME, "--ignore-not-found");
    kube.apply(
        Kube.manifest(
            "apps/prober.yaml",
            Map.of("ns", namespace, "image", database.stage().cluster().postgres(), "uri", uri)));
    kube.kubectl("-n", namespace, "wait", "--for=condition=Ready", "pod/" + NAME, "--timeout=120s");
    var prober = new DatabaseProber(kube, namespace);
    prober.awaitAnswer(Duration.ofSeconds(60));
    return prober;
  }

  private List<String> log() {
    return kube.kubectl("-n", namespace, "logs", NAME)
        .lines()
        .filter(line -> line.endsWith(" ok"))
        .toList();
  }

  /** The rows whose commit it was told of. */
  List<String> committed() {
    return log().stream().map(line -> line.split(" ")[1]).toList();
  }

  /** Those that the database has now. */
  static List<String> kept(Database database) {
    return database.sql("select extract(epoch from at) from probe").lines().toList();
  }

  private List<Instant> answers() {
    return log().stream()
        .map(line -> line.substring(0, line.indexOf(' ')).split("\\."))
        .map(parts -> Instant.ofEpochSecond(Long.parseLong(parts[0]), Long.parseLong(parts[1])))
        .toList();
  }

  /** The sum of all times over a second in which nothing was written, from its start until now. */
  Duration unanswered() {
    var last = began;
    var sum = Duration.ZERO;
    for (var answer : answers()) {
      if (answer.isBefore(began)) continue;
      sum = sum.plus(Prober.gap(last, answer));
      last = answer;
    }
    return sum.plus(Prober.gap(last, Instant.now()));
  }

  /** Waits until a row is written after now. */
  void awaitAnswer(Duration limit) {
    var from = Instant.now();
    Kube.await(
        "a row is written through the Service",
        limit,
        () -> answers().stream().anyMatch(answer -> answer.isAfter(from)));
  }

  @Override
  public void close() {
    kube.tryKubectl("-n", namespace, "delete", "pod", NAME, "--wait=false");
  }
}
