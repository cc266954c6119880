package dev.salvor.testkit.models;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.World;

/** CloudNativePG and the barman plugin as they are installed, and an ObjectStore to archive to. */
public final class CnpgInstallation {
  /** {@code destinationPath} of the ObjectStore that {@link #store} makes. */
  public static final String DESTINATION = "s3://wal/shop/";

  private CnpgInstallation() {}

  /** Namespace {@code cnpg-system} with the two Deployments. */
  public static void into(World world) {
    if (world.look(Kinds.NAMESPACE.ref("cnpg-system")).isEmpty())
      world.create(
          Manifests.one("{apiVersion: v1, kind: Namespace, metadata: {name: cnpg-system}}"));
    for (var name : new String[] {"cnpg-controller-manager", "barman-cloud"}) {
      world.create(
          Manifests.one(
              """
              apiVersion: apps/v1
              kind: Deployment
              metadata: {name: %s, namespace: cnpg-system}
              spec:
                replicas: 1
                selector: {matchLabels: {app.kubernetes.io/name: %s}}
                template:
                  metadata: {labels: {app.kubernetes.io/name: %s}}
                  spec: {containers: [{name: manager, image: %s}]}
              status: {replicas: 1, readyReplicas: 1, availableReplicas: 1}
              """
                  .formatted(
                      name,
                      name,
                      name,
                      name.startsWith("cnpg")
                          ? "cloudnative-pg:" + Cnpg.VERSION
                          : "plugin-barman-cloud:v0.14.0")));
    }
  }

  /** An ObjectStore with its credentials. */
  public static void store(World world, String namespace, String name) {
    for (var manifest :
        Manifests.parse(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: %2$s-credentials, namespace: %1$s}
            data: {ACCESS_KEY_ID: YQ==, ACCESS_SECRET_KEY: Yg==}
            ---
            apiVersion: barmancloud.cnpg.io/v1
            kind: ObjectStore
            metadata: {name: %2$s, namespace: %1$s}
            spec:
              configuration:
                destinationPath: %3$s
                endpointURL: http://s3.example.org:9000
                s3Credentials:
                  accessKeyId: {name: %2$s-credentials, key: ACCESS_KEY_ID}
                  secretAccessKey: {name: %2$s-credentials, key: ACCESS_SECRET_KEY}
                wal: {compression: gzip}
            """
                .formatted(namespace, name, DESTINATION))) world.create(manifest);
  }
}
