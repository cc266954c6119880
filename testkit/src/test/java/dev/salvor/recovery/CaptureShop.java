package dev.salvor.recovery;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.models.ExternalSecretModel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A claim that a Job fills, which makes new credentials at that: for two Secrets, one of them new.
 */
final class CaptureShop {
  static final String PASSWORD = "s3cr3t-one";
  static final String TOKEN = "tok-two";
  static final String SAYS =
      "new_password: \"" + PASSWORD + "\"\nissued " + TOKEN + " for you\nRestore Success!";

  static final String JOB =
      """
      prepare: {keepFor: 30m}
      source:
        job:
          captures:
          - {pattern: 'new_password: "(?<value>[^"]*)"', secret: creds, key: ADMIN}
          - {pattern: 'issued (?<value>[^ ]+)', secret: made, key: token}
          externalSecrets: [client]
          rolloutRestarts: [{kind: Deployment, name: client}]
          successPattern: "^Restore Success!"
          jobTemplate:
            spec:
              template:
                spec:
                  containers:
                  - {name: restore, image: restore, volumeMounts: [{name: target, mountPath: /data}]}
      """;

  final VolumeShop volumes;
  final ExternalSecretModel stores = new ExternalSecretModel();

  CaptureShop(String says) {
    this.volumes = VolumeShop.once().damaged().program(0, says);
    volumes.shop.cluster.with(stores);
    volumes.shop.cluster.put(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: creds, namespace: shop}
        data: {ADMIN: b2xk, OTHER: a2VwdA==}
        ---
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata: {name: client, namespace: shop}
        spec: {target: {name: client}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: client, namespace: shop}
        spec:
          replicas: 1
          selector: {matchLabels: {app: client}}
          template:
            metadata: {labels: {app: client}}
            spec: {containers: [{name: main, image: nginx}]}
        """);
    volumes.shop.cluster.settle();
  }

  CaptureShop() {
    this(SAYS);
  }

  Stage recovers() {
    return volumes.recovers(JOB);
  }

  /** What a key of a Secret has; empty if it is not there. */
  Optional<String> secret(String name, String key) {
    return volumes
        .shop
        .cluster
        .world()
        .get(Kinds.SECRET.ref("shop", name))
        .map(secret -> secret.at("/data").path(key))
        .filter(value -> !value.isMissingNode())
        .map(value ->
            new String(Base64.getDecoder().decode(value.asText()), StandardCharsets.UTF_8));
  }
}
