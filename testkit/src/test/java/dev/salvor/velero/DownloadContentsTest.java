package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DownloadContentsTest extends Inspecting {
  @Test
  void asksVeleroForTheContentsAndAsksAgainWhenTheyExpire() {
    var facts = chosen("data");
    var download = new DownloadContents(site.cluster, Site.AROUND, Site.RUN);
    assertThat(site.act(download, facts)).isInstanceOf(Outcome.Waiting.class);
    var asked = site.cluster.list(Kinds.DOWNLOAD_REQUEST, "velero");
    assertThat(asked)
        .extracting(request -> request.text("/spec/target/kind"))
        .containsExactlyInAnyOrder("BackupVolumeInfos", "BackupContents");
    answer();
    assertThat(site.act(download, facts)).isInstanceOf(Outcome.Done.class);
    site.cluster.advance(Duration.ofMinutes(11));
    var back = step(Scope.Volumes, List.of(), Map.of()).look(facts, site.moment());
    assertThat(back).isInstanceOf(Sight.Back.class);
    assertThat(site.act(download, facts)).isInstanceOf(Outcome.Waiting.class);
    assertThat(site.cluster.list(Kinds.DOWNLOAD_REQUEST, "velero")).hasSize(4);
    // Velero does not answer: InspectBackup says so
    assertThat(download.act(facts, site.moment(Duration.ofMinutes(3))))
        .isInstanceOf(Outcome.Done.class);
    assertThat(Site.reasons(site.seen(step(Scope.Volumes, List.of(), Map.of()), facts)))
        .containsExactly("NoDownload");
  }

  @Test
  void aBucketThatCannotBeReadIsTriedAgainThenRefused() {
    var facts = chosen("data");
    site.act(new DownloadContents(site.cluster, Site.AROUND, Site.RUN), facts);
    answer();
    bucket.broken("connection refused");
    var step = step(Scope.Volumes, List.of(), Map.of());
    assertThat(step.look(facts, site.moment())).isInstanceOf(Sight.NotYet.class);
    var late = step.look(facts, site.moment(Duration.ofMinutes(5)));
    assertThat(late).isInstanceOf(Sight.Seen.class);
    var seen = ((Sight.Seen<Facts>) late).facts();
    assertThat(Site.reasons(seen)).containsExactly("BackupUnreadable");
    assertThat(seen.findings().getFirst().message()).doesNotContain("X-Amz-Signature");
  }
}
