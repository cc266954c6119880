package dev.salvor.velero;

import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A DownloadRequest (velero pkg/apis/velero/v1/download_request_types.go). Its URL is a pre-signed
 * secret. Velero deletes it some ten minutes after it answered.
 */
record Download(Seen seen) {
  static final String VOLUME_INFOS = "BackupVolumeInfos";
  static final String CONTENTS = "BackupContents";

  /** What is to be known of a backup. */
  static final List<String> KINDS = List.of(VOLUME_INFOS, CONTENTS);

  /** A URL with less time left is not worth beginning with. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  /** The run's request for this file of the backup: the one that expires last. */
  static Optional<Download> of(
      ClusterReader cluster, String velero, Run run, String kind, String backup, Instant now) {
    return cluster.list(Kinds.DOWNLOAD_REQUEST, velero, Map.of(Marks.RUN, run.uid())).stream()
        .map(Download::new)
        .filter(request -> request.seen().text("/spec/target/kind").equals(kind))
        .filter(request -> request.seen().text("/spec/target/name").equals(backup))
        .filter(request -> !request.seen().terminating() && !request.expired(now))
        .max(Comparator.comparing(Download::ready).thenComparing(Download::end));
  }

  boolean ready() {
    return !url().isEmpty();
  }

  String url() {
    return seen.text("/status/downloadURL");
  }

  private boolean expired(Instant now) {
    return end().isBefore(now.plus(MARGIN));
  }

  private Instant end() {
    return seen.time("/status/expiration").orElse(Instant.MAX);
  }
}
