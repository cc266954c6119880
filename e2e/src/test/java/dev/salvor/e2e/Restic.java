package dev.salvor.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;

/** Restic repositories in the cluster's S3, and the ReplicationSources of one namespace. */
record Restic(Stage stage, String namespace) {
  private static final String SOURCES = "replicationsources.volsync.backube";

  /** Aborts where VolSync or S3 cannot be had. */
  static Restic need(Stage stage, String namespace) {
    Assumptions.assumeTrue(stage.cluster().need("volsync").isEmpty(), "there is no VolSync");
    Assumptions.assumeTrue(stage.cluster().bucket().isPresent(), "there is no bucket");
    return new Restic(stage, namespace);
  }

  /** The Secret of a repository that does not exist yet: the bucket outlives the run. */
  void repository(String secret) {
    var bucket = stage.cluster().bucket().orElseThrow();
    stage
        .kube()
        .apply(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: %s, namespace: %s}
            stringData:
              RESTIC_REPOSITORY: "s3:%s/volsync/%s-%s"
              RESTIC_PASSWORD: word
              AWS_ACCESS_KEY_ID: "%s"
              AWS_SECRET_ACCESS_KEY: "%s"
            """
                .formatted(
                    secret,
                    namespace,
                    bucket.endpoint(),
                    Velero.name(namespace),
                    secret,
                    bucket.accessKey(),
                    bucket.secretKey()));
  }

  /** Backs the claim up once for each new value of the trigger. */
  void source(String name, String secret, String claim, String trigger) {
    stage
        .kube()
        .apply(
            """
            apiVersion: volsync.backube/v1alpha1
            kind: ReplicationSource
            metadata: {name: %s, namespace: %s}
            spec:
              sourcePVC: %s
              trigger: {manual: %s}
              restic: {repository: %s, copyMethod: Direct, cacheCapacity: 100Mi, retain: {daily: 3}}
            """
                .formatted(name, namespace, claim, trigger, secret));
  }

  /** Waits for the backup that the trigger asked for, which must have saved a snapshot. */
  void awaitBackup(String name, String trigger) {
    Kube.await(
        "VolSync has made backup " + trigger + " of " + namespace + "/" + name,
        Duration.ofMinutes(5),
        () -> status(name).path("lastManualSync").asText().equals(trigger));
    var said = status(name).path("latestMoverStatus");
    if (!said.path("result").asText().equals("Successful")
        || !said.path("logs").asText().matches("(?s).*snapshot \\S+ saved.*"))
      throw new AssertionError("backup " + trigger + " of " + name + ": " + said);
  }

  JsonNode object(String name) {
    return stage.kube().get(SOURCES, namespace, name);
  }

  private JsonNode status(String name) {
    return object(name).path("status");
  }
}
