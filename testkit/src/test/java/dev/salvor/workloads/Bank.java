package dev.salvor.workloads;

import dev.salvor.api.CopyFacts;
import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.PostgresFacts;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.TargetFacts;
import dev.salvor.kube.Kinds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The namespace {@code shop} with a database, its recovered copy, and those who use it. */
final class Bank {
  static final String IMAGE = "postgresql:17.4";

  final Shop shop = new Shop();

  Bank() {
    shop.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Cluster
        metadata: {name: db, namespace: shop}
        spec:
          bootstrap: {initdb: {database: orders, owner: orders, secret: {name: orders-login}}}
          managed: {roles: [{name: reader, passwordSecret: {name: reader-login}}]}
        ---
        apiVersion: postgresql.cnpg.io/v1
        kind: Cluster
        metadata: {name: db-r1, namespace: shop}
        spec: {bootstrap: {recovery: {source: x, database: orders, owner: orders, secret: {name: orders-login}}}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: db-rw, namespace: shop}, spec: {}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: main, namespace: shop}, spec: {selector: {cnpg.io/cluster: db}}}
        """);
    secret("orders-login", "username", "orders", "password", "hunter2hunter2");
    instance("db-1", "db");
    instance("db-r1-1", "db-r1");
  }

  /** An instance, made and controlled by its Cluster. */
  private void instance(String name, String cluster) {
    shop.put(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %1$s
          namespace: shop
          labels: {cnpg.io/cluster: %2$s}
          ownerReferences: [{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, name: %2$s, uid: %3$s, controller: true}]
        spec:
          nodeName: node-1
          imagePullSecrets: [{name: registry}]
          tolerations: [{key: database, operator: Exists}]
          securityContext: {runAsUser: 26, runAsGroup: 26, fsGroup: 26}
          containers:
          - {name: postgres, image: "%4$s", env: [{name: X, valueFrom: {secretKeyRef: {name: db-app, key: password}}}]}
          - {name: plugin-barman-cloud, image: other}
        status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
        """
            .formatted(name, cluster, shop.get(Kinds.CLUSTER, cluster).uid(), IMAGE));
  }

  void secret(String name, String... data) {
    var text = new StringBuilder("{apiVersion: v1, kind: Secret, metadata: {name: ");
    text.append(name).append(", namespace: shop}, data: {");
    for (var i = 0; i < data.length; i += 2)
      text.append(i == 0 ? "" : ", ")
          .append(data[i])
          .append(": ")
          .append(Base64.getEncoder().encodeToString(data[i + 1].getBytes(StandardCharsets.UTF_8)));
    shop.put(text.append("}}").toString());
  }

  /** A workload of one container with these fields, in YAML's flow style. */
  void workload(String kind, String name, String container) {
    var pod =
        "{restartPolicy: %s, containers: [{name: main, image: main, %s}]}"
            .formatted(
                kind.equals("CronJob") || kind.equals("Job") ? "Never" : "Always", container);
    template(kind, name, pod);
  }

  void template(String kind, String name, String pod) {
    var template = "{metadata: {labels: {app: %s}}, spec: %s}".formatted(name, pod);
    var batch = kind.equals("CronJob") || kind.equals("Job");
    var spec =
        switch (kind) {
          case "CronJob" ->
              "{schedule: '0 3 * * *', jobTemplate: {spec: {template: " + template + "}}}";
          case "Job" -> "{template: " + template + "}";
          default ->
              "{%sselector: {matchLabels: {app: %s}}, template: %s}"
                  .formatted(kind.equals("DaemonSet") ? "" : "replicas: 2, ", name, template);
        };
    shop.put(
        "{apiVersion: %s, kind: %s, metadata: {name: %s, namespace: shop}, spec: %s}"
            .formatted(batch ? "batch/v1" : "apps/v1", kind, name, spec));
  }

  void pooler(String name, String cluster) {
    shop.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Pooler
        metadata: {name: %s, namespace: shop}
        spec: {cluster: {name: %s}, type: rw, pgbouncer: {poolMode: session}}
        """
            .formatted(name, cluster));
  }

  Facts facts() {
    var live = shop.get(Kinds.CLUSTER, "db");
    var database =
        new DatabaseFacts(
            "db",
            live.uid(),
            live.json().deepCopy(),
            true,
            true,
            1,
            "db-1",
            1,
            List.of("db-1"),
            List.of(),
            "7000",
            1,
            17,
            null);
    var copy = new CopyFacts("db-r1", "uid", Map.of("db-1", "db-r1-1"), "7000", 2, null);
    var point =
        new RecoveryPoint(
            "db",
            "20260101T000000",
            1,
            false,
            1,
            RecoveryTarget.Type.Latest,
            "",
            false,
            "7000",
            17,
            1,
            Instant.EPOCH,
            null,
            true,
            null);
    return Facts.none("intent")
        .withTarget(new TargetFacts("shop", "uid-shop", "cluster", Map.of(), Map.of()))
        .withPostgres(PostgresFacts.NONE.withDatabase(database).withCopy(copy).withPoint(point));
  }
}
