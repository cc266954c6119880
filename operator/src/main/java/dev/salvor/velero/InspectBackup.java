package dev.salvor.velero;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Quantity;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the backup holds for each claim, and the pods through which the claims are filled. A claim
 * without data is a refusal: Velero would restore it empty and report success (velero.md 8).
 */
public record InspectBackup(
    ClusterReader cluster,
    Downloads downloads,
    Surroundings around,
    Run run,
    Scope scope,
    Map<String, String> mapping,
    List<String> acceptMixedTimes)
    implements Step.Look<Facts> {

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  /** True if the contents of the chosen backup are in the facts; they never change. */
  static boolean inspected(Facts facts) {
    return facts.backup() != null
        && !facts.volumes().isEmpty()
        && facts.volumes().stream().allMatch(volume -> volume.content() != null);
  }

  /** False if Velero cannot give the contents of the backup, and that is told already. */
  static boolean reachable(Facts facts) {
    return facts.backup() != null
        && facts.findings().stream()
            .noneMatch(finding ->
                finding.by().equals(SelectBackup.class.getSimpleName())
                    && finding.severity() == Finding.Severity.Refusal);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    if (inspected(facts)) return Sight.seen(facts, "contents are known already");
    var found = new Findings(name());
    if (!reachable(facts)) return Sight.seen(found.into(facts), "no backup to look into");
    var backup = facts.knownBackup();
    var requests = new TreeMap<String, Download>();
    for (var kind : Download.KINDS) {
      var request = Download.of(cluster, around.velero(), run, kind, backup.name(), moment.now());
      if (request.isEmpty())
        return new Sight.Back<>(
            facts, "DownloadContents", "DownloadExpired", "the download of the contents expired");
      requests.put(kind, request.get());
    }
    var mute = requests.values().stream().filter(request -> !request.ready()).findFirst();
    if (mute.isPresent()) {
      found.refuse(
          "NoDownload",
          "Velero gave no download of "
              + mute.get().seen().text("/spec/target/kind")
              + " for backup "
              + backup.name()
              + " within "
              + DownloadContents.PATIENCE.toMinutes()
              + " minutes",
          "Look at the log of Deployment velero, check the storage location and its credentials, and retry");
      return Sight.seen(found.into(facts), "the backup cannot be looked into");
    }
    try {
      return inspect(facts, requests, found);
    } catch (IOException unreadable) {
      if (moment.running().compareTo(DownloadContents.PATIENCE) < 0)
        return Sight.notYet(unreadable.getMessage() + "; trying again");
      found.refuse(
          "BackupUnreadable",
          "the contents of backup " + backup.name() + " cannot be read: " + unreadable.getMessage(),
          "Let Salvor's pod reach the object storage (network policies, publicUrl and caCert of the storage location), and retry");
      return Sight.seen(found.into(facts), "the backup cannot be looked into");
    }
  }

  private Sight<Facts> inspect(Facts facts, Map<String, Download> requests, Findings found)
      throws IOException {
    var backup = facts.knownBackup();
    var namespace = facts.knownTarget().namespace();
    var trust =
        StorageLocation.named(cluster, around.velero(), backup.storageLocation())
            .map(location -> location.trust(cluster))
            .orElse(new Downloads.Trust(null, false));
    BackupArchive archive;
    try (var body = downloads.open(url(requests, Download.CONTENTS), trust)) {
      archive = BackupArchive.read(body, namespace);
    }
    SortedMap<String, VolumeInfo> infos;
    try (var body = downloads.open(url(requests, Download.VOLUME_INFOS), trust)) {
      infos = VolumeInfo.read(body, namespace);
    } catch (FileNotFoundException old) {
      infos = new TreeMap<>();
      found.warn(
          "NoVolumeInfo",
          "backup " + backup.name() + " has no list of its volumes: Velero before 1.13 made it",
          "Look at `velero backup describe " + backup.name() + " --details` before you approve");
    }
    var saved = PodVolumeBackup.of(cluster, around.velero(), backup.name(), namespace);
    var contents = new Contents(archive, infos, saved);
    var claims = new ClaimContents(cluster, contents, scope, mapping, acceptMixedTimes, found);
    var volumes = claims.of(facts.volumes(), namespace);
    var pods = new HeldPods(contents).plan(volumes);
    if (scope == Scope.Volumes) {
      new Companions(cluster, contents, acceptMixedTimes, found).judge(volumes, namespace);
      pods =
          new Companions(cluster, contents, acceptMixedTimes, found)
              .place(pods, volumes, namespace);
      var lost = new HeldPods(contents).thrownAway(pods);
      if (lost > 0)
        found.warn(
            "PodVolumesNotRestored",
            "the backup has "
                + Quantity.text(lost)
                + " of volumes that live and die with their pod; they are not restored",
            "Use scope: Namespace if you need them");
    }
    return Sight.seen(
        found.into(facts.withVolumes(volumes).withPods(pods)), summary(volumes) + found.count());
  }

  private static String summary(List<VolumeFacts> volumes) {
    var methods = new ArrayList<String>();
    for (var method : VolumeFacts.Method.values()) {
      var count =
          volumes.stream()
              .filter(volume -> volume.content() != null && volume.content().method() == method)
              .count();
      if (count > 0) methods.add(count + " by " + method);
    }
    return methods.isEmpty()
        ? "the backup has data for no claim"
        : "the backup has data for these claims: " + String.join(", ", methods);
  }

  private static String url(Map<String, Download> requests, String kind) {
    var request = requests.get(kind);
    return request == null ? "" : request.url();
  }
}
