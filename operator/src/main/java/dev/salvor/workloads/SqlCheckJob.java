package dev.salvor.workloads;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.SqlCheck;
import dev.salvor.kube.GoDuration;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One query as a Job beside the recovered copy: psql of the copy's own image, as the owner of the
 * application's database, in transactions that are read-only. The password goes from the Secret to
 * the pod and is not seen here.
 */
record SqlCheckJob(Run run, SqlCheck check, String namespace, int attempt) {
  /** On the Jobs and pods of these checks only: not all that carries the run's label goes. */
  static final String CHECK = Marks.GROUP + "/sql-check";

  static final String CONTAINER = "check";
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final int CONNECT_SECONDS = 20;

  static SqlCheckJob of(Run run, SqlCheck check, Facts facts) {
    return new SqlCheckJob(run, check, facts.knownTarget().namespace(), facts.restore().attempt());
  }

  /** At most 63 characters, because it becomes a label of the pod. */
  String name() {
    return run.restoreName(attempt) + "-sql-" + check.name();
  }

  Ref ref() {
    return Kinds.JOB.ref(namespace, name());
  }

  static Duration timeout(SqlCheck check) {
    var timeout = check.timeout();
    return timeout == null ? TIMEOUT : GoDuration.parse(timeout);
  }

  Write.Create create(CopyServer server) {
    return job().create(template(server));
  }

  /** The pod alone, to ask the API server whether this namespace would take it. */
  Write.Create pod(CopyServer server) {
    var pod = template(server);
    pod.put("apiVersion", Kinds.POD.apiVersion()).put("kind", Kinds.POD.kind());
    pod.withObject("/metadata").put("name", name()).put("namespace", namespace);
    return new Write.Create(pod);
  }

  private ObjectNode template(CopyServer server) {
    var template = job().template(server.pod(), 5);
    var container = CopyJob.container(template, CONTAINER, server.image(), 32, 128);
    container
        .putArray("command")
        .add("psql")
        .add("-XAtq")
        .add("-v")
        .add("ON_ERROR_STOP=1")
        .add("-c")
        // the space keeps a query from being a command of psql, which could print the environment
        .add(" " + literal(check.query()));
    env(container.putArray("env"), server);
    return template;
  }

  private void env(ArrayNode env, CopyServer server) {
    var database = check.database();
    value(env, "PGHOST", server.host());
    value(env, "PGPORT", "5432");
    value(env, "PGDATABASE", literal(database == null ? server.database() : database));
    value(env, "PGCONNECT_TIMEOUT", String.valueOf(CONNECT_SECONDS));
    value(env, "PGAPPNAME", "salvor-check");
    value(env, "PGOPTIONS", "-c default_transaction_read_only=on");
    for (var key : List.of("username", "password")) {
      var variable = env.addObject().put("name", key.equals("username") ? "PGUSER" : "PGPASSWORD");
      variable
          .putObject("valueFrom")
          .putObject("secretKeyRef")
          .put("name", server.secret())
          .put("key", key);
    }
  }

  /**
   * Kubernetes puts the value of a variable in the place of {@code $(NAME)}, that of the password
   * too (kubernetes third_party/forked/golang/expansion).
   */
  private static String literal(String text) {
    return text.replace("$", "$$");
  }

  private static void value(ArrayNode env, String name, String value) {
    env.addObject().put("name", name).put("value", value);
  }

  private CopyJob job() {
    return new CopyJob(ref(), labels(run), 1, Math.max(1, timeout(check).toSeconds()));
  }

  /** By which all of them are found, those of earlier attempts too. */
  static Map<String, String> labels(Run run) {
    return Map.of(Marks.RUN, run.uid(), CHECK, "true");
  }
}
