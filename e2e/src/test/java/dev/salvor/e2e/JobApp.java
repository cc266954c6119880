package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/**
 * An application whose own program copies its files into a bucket; a Job fetches them from there.
 */
record JobApp(Shop shop, String image, String folder, List<String> good) {
  private static final int FILES = 200;

  /** With 200 files, and its page, that are in the bucket. */
  static JobApp install(Stage stage, String namespace) {
    // rclone is in the image of VolSync, and an image cannot be pulled here
    Restic.need(stage, namespace);
    var image =
        stage
            .kube()
            .get("deployment", "volsync-system", "volsync")
            .at("/spec/template/spec/containers/0/image")
            .asText();
    var shop = Shop.install(stage, namespace, "local-path", false);
    shop.fill(FILES, 20_000);
    var app = new JobApp(shop, image, "s3:volsync/" + Velero.name(namespace), shop.sums());
    app.credentials(stage.cluster().bucket().orElseThrow());
    app.backUp();
    return app;
  }

  /** Makes {@code s3:} a remote of rclone, by nothing but the environment. */
  private void credentials(Bucket bucket) {
    shop.stage()
        .kube()
        .apply(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: bucket, namespace: %s}
            stringData:
              RCLONE_CONFIG_S3_TYPE: s3
              RCLONE_CONFIG_S3_PROVIDER: Minio
              RCLONE_CONFIG_S3_ENDPOINT: "%s"
              RCLONE_CONFIG_S3_ACCESS_KEY_ID: "%s"
              RCLONE_CONFIG_S3_SECRET_ACCESS_KEY: "%s"
            """
                .formatted(
                    shop.namespace(), bucket.endpoint(), bucket.accessKey(), bucket.secretKey()));
  }

  private void backUp() {
    var kube = shop.stage().kube();
    kube.apply(
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: backup, namespace: %s}
        spec:
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              containers: [%s]
              volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
        """
            .formatted(shop.namespace(), container("data", "rclone copy /data " + folder)));
    kube.kubectl(
        "-n", shop.namespace(), "wait", "job/backup", "--for=condition=Complete", "--timeout=120s");
    kube.kubectl("-n", shop.namespace(), "delete", "job", "backup");
  }

  private String container(String volume, String script) {
    return "{name: rclone, image: \"%s\", command: [sh, -c, \"%s\"], envFrom: [{secretRef: {name: bucket}}], volumeMounts: [{name: %s, mountPath: /data}]}"
        .formatted(image, script, volume);
  }

  /** The entry of {@code spec.sources} that says how it comes back. */
  String source() {
    var script =
        "rclone copy %1$s /data && rclone check %1$s /data && echo restored $(find /data -type f | wc -l) files"
            .formatted(folder);
    return "{namespace: %s, persistentVolumeClaim: data, job: {successPattern: \"^restored %d files$\", failurePattern: \"ERROR\", timeout: 10m, jobTemplate: {spec: {template: {spec: {containers: [%s]}}}}}}"
        .formatted(shop.namespace(), FILES + 1, container("target", script));
  }

  void isBack() {
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    assertThat(shop.stage().kube().list("jobs", shop.namespace())).isEmpty();
  }

  /** What the map must say. */
  String row() {
    return shop.namespace() + "/data +1Gi +local-path +Stranded +Job +a Job ";
  }
}
