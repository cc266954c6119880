package dev.salvor.workloads;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
  private static final int MARGIN_SECONDS = 30;
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
    var job = JsonNodeFactory.instance.objectNode();
    job.put("apiVersion", Kinds.JOB.apiVersion()).put("kind", Kinds.JOB.kind());
    var metadata = job.putObject("metadata").put("name", name()).put("namespace", namespace);
    marks(metadata.putObject("labels"));
    var spec = job.putObject("spec");
    spec.put("backoffLimit", 0).put("parallelism", 1).put("completions", 1);
    // the Job deletes a pod that is late, and its log with it; so the pod's own limit comes first
    spec.put("activeDeadlineSeconds", seconds() + MARGIN_SECONDS);
    spec.set("template", template(server));
    return new Write.Create(job);
  }

  /** The pod alone, to ask the API server whether this namespace would take it. */
  Write.Create pod(CopyServer server) {
    var pod = template(server);
    pod.put("apiVersion", Kinds.POD.apiVersion()).put("kind", Kinds.POD.kind());
    pod.withObject("/metadata").put("name", name()).put("namespace", namespace);
    return new Write.Create(pod);
  }

  private ObjectNode template(CopyServer server) {
    var template = JsonNodeFactory.instance.objectNode();
    marks(template.putObject("metadata").putObject("labels"));
    var spec = template.putObject("spec");
    spec.put("restartPolicy", "Never")
        .put("serviceAccountName", "default")
        .put("automountServiceAccountToken", false)
        .put("enableServiceLinks", false)
        .put("terminationGracePeriodSeconds", 5)
        .put("activeDeadlineSeconds", seconds());
    var security = spec.putObject("securityContext").put("runAsNonRoot", true);
    security.putObject("seccompProfile").put("type", "RuntimeDefault");
    server.placeLike(spec);
    var container = spec.putArray("containers").addObject();
    container.put("name", CONTAINER).put("image", server.image());
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
    var resources = container.putObject("resources");
    resources.putObject("requests").put("cpu", "10m").put("memory", "32Mi");
    resources.putObject("limits").put("cpu", "500m").put("memory", "128Mi");
    var confined = container.putObject("securityContext");
    confined.put("allowPrivilegeEscalation", false).put("readOnlyRootFilesystem", true);
    confined.put("runAsNonRoot", true).putObject("capabilities").putArray("drop").add("ALL");
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

  private long seconds() {
    return Math.max(1, timeout(check).toSeconds());
  }

  /** By which all of them are found, those of earlier attempts too. */
  static Map<String, String> labels(Run run) {
    return Map.of(Marks.RUN, run.uid(), CHECK, "true");
  }

  private void marks(ObjectNode labels) {
    labels(run).forEach(labels::put);
    labels.put(Marks.EXCLUDE_FROM_BACKUP, "true");
  }
}
