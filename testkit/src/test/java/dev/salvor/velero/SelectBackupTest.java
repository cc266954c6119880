package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.BackupChoice;
import dev.salvor.api.BackupFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SelectBackupTest {
  private static final BackupChoice NIGHTLY = new BackupChoice(null, "nightly", null);

  private final Site site = new Site();

  @Test
  void takesTheNewestThatIsComplete() {
    site.backup("old", "Completed", Duration.ofHours(9))
        .backup("new", "Completed", Duration.ofHours(2))
        .backup("broken", "Failed", Duration.ofHours(1))
        .backup("half", "PartiallyFailed", Duration.ofMinutes(30))
        .backup("running", "InProgress", Duration.ofMinutes(1));
    var facts = look(NIGHTLY, withClaim("data"));
    assertThat(name(facts)).isEqualTo("new");
    assertThat(Site.reasons(facts)).containsExactly("BackupPassedOver");
  }

  @Test
  void aPartialOneWillDoIfItHasEveryClaim() {
    site.backup("old", "Completed", Duration.ofHours(9))
        .backup("half", "PartiallyFailed", Duration.ofHours(1));
    site.cluster.put(
        """
        apiVersion: velero.io/v1
        kind: PodVolumeBackup
        metadata:
          name: half-1
          namespace: velero
          labels: {velero.io/backup-name: half}
          annotations: {velero.io/pvc-name: data}
        spec: {pod: {namespace: shop, name: web-0}, volume: data}
        status: {phase: Completed, snapshotID: k1}
        """);
    var facts = look(NIGHTLY, withClaim("data"));
    assertThat(name(facts)).isEqualTo("half");
    assertThat(Site.reasons(facts)).containsExactly("BackupPartiallyFailed");
  }

  @Test
  void respectsTheLatestTime() {
    site.backup("old", "Completed", Duration.ofHours(9))
        .backup("new", "Completed", Duration.ofHours(2));
    var latest = new BackupChoice(null, null, site.cluster.now().minus(Duration.ofHours(3)));
    assertThat(name(look(latest, site.facts()))).isEqualTo("old");
  }

  @Test
  void staysWithWhatItChose() {
    site.backup("first", "Completed", Duration.ofHours(2));
    var facts = look(NIGHTLY, site.facts());
    site.backup("younger", "Completed", Duration.ofHours(1));
    assertThat(look(NIGHTLY, facts)).isEqualTo(facts);
    site.cluster.delete(Kinds.BACKUP.ref("velero", "first"));
    assertThat(Site.reasons(look(NIGHTLY, facts))).containsExactly("BackupMissing");
  }

  @Test
  void passesOverARejectedOneAndForgetsItsContents() {
    site.backup("older", "Completed", Duration.ofHours(9))
        .backup("bad", "Completed", Duration.ofHours(3));
    var chosen = look(NIGHTLY, withClaim("data"));
    site.backup("younger", "Completed", Duration.ofHours(1));
    var backup = chosen.knownBackup();
    var content = new VolumeFacts.Content(VolumeFacts.Method.FileSystem, "p", "v", "s", 1, "fast");
    var rejected =
        chosen
            .withBackup(
                new BackupFacts(
                    backup.name(),
                    backup.uid(),
                    backup.startedAt(),
                    null,
                    "default",
                    List.of("bad")))
            .withVolumes(
                chosen.volumes().stream().map(volume -> volume.withContent(content)).toList());
    var facts = look(NIGHTLY, rejected);
    assertThat(name(facts)).isEqualTo("older");
    assertThat(facts.knownBackup().rejected()).containsExactly("bad");
    assertThat(facts.volumes()).extracting(VolumeFacts::content).containsOnlyNulls();
    site.cluster.delete(Kinds.BACKUP.ref("velero", "older"));
    assertThat(Site.reasons(look(NIGHTLY, rejected))).containsExactly("NoOlderBackup");
  }

  @Test
  void refusesWhatCannotBeRestored() {
    assertThat(refusals(named("gone"))).containsExactly("BackupMissing");
    site.backup("failed", "Failed", Duration.ofHours(1))
        .backup("deleting", "Deleting", Duration.ofHours(1))
        .backup("other", "Completed", Duration.ofHours(1), "includedNamespaces: [bank]")
        .backup("all", "Completed", Duration.ofHours(1), "excludedNamespaces: ['sh*']");
    assertThat(refusals(named("failed"))).containsExactly("BackupFailed");
    assertThat(refusals(named("deleting"))).containsExactly("BackupInDeletion");
    assertThat(refusals(named("other"))).containsExactly("BackupOfAnotherNamespace");
    assertThat(refusals(named("all"))).containsExactly("BackupOfAnotherNamespace");
    assertThat(refusals(new BackupChoice(null, "weekly", null))).containsExactly("NoBackup");
  }

  @Test
  void saysWhenItExpires() {
    site.backup("b", "Completed", Duration.ofHours(1));
    expiring(Duration.ofMinutes(90));
    var soon = look(named("b"), site.facts());
    assertThat(soon.refused()).isFalse();
    assertThat(Site.reasons(soon)).containsExactly("BackupExpires");
    expiring(Duration.ofMinutes(50));
    assertThat(refusals(named("b"))).containsExactly("BackupExpires");
  }

  @Test
  void looksAtTheStorageLocation() {
    site.backup("b", "Completed", Duration.ofHours(1));
    site.status(
        Kinds.BACKUP_STORAGE_LOCATION,
        "velero",
        "default",
        "{phase: Unavailable, message: no such host}");
    var facts = look(named("b"), site.facts());
    assertThat(facts.findings())
        .extracting(Finding::reason)
        .containsExactly("StorageLocationUnavailable");
    assertThat(facts.findings().getFirst().message()).contains("no such host");
    site.cluster.delete(Kinds.BACKUP_STORAGE_LOCATION.ref("velero", "default"));
    assertThat(refusals(named("b"))).containsExactly("StorageLocationMissing");
  }

  @Test
  void aClusterWithoutVelero() {
    site.cluster.delete(Kinds.DEPLOYMENT.ref("velero", "velero"));
    assertThat(refusals(named("b"))).containsExactly("NoVelero", "BackupMissing");
    site.cluster.absent(Kinds.BACKUP);
    assertThat(refusals(named("b"))).containsExactly("NoVelero");
  }

  private void expiring(Duration left) {
    site.status(
        Kinds.BACKUP,
        "velero",
        "b",
        "{phase: Completed, startTimestamp: \"%s\", expiration: \"%s\"}"
            .formatted(
                site.cluster.now().minus(Duration.ofHours(1)), site.cluster.now().plus(left)));
  }

  private List<String> refusals(BackupChoice choice) {
    return look(choice, site.facts()).findings().stream()
        .filter(finding -> finding.severity() == Finding.Severity.Refusal)
        .map(Finding::reason)
        .toList();
  }

  private Facts look(BackupChoice choice, Facts facts) {
    return site.seen(new SelectBackup(site.cluster, Site.AROUND, choice, "shop"), facts);
  }

  private Facts withClaim(String name) {
    return site.facts().withVolumes(List.of(new VolumeFacts(name, "uid", null, null, null, null)));
  }

  private static BackupChoice named(String name) {
    return new BackupChoice(name, null, null);
  }

  private static @Nullable String name(Facts facts) {
    return facts.backup() == null ? null : facts.backup().name();
  }
}
