package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One claim back by a Job that fills it. */
class VolumeJobTest {
  @Test
  void whatTheJobWroteIsExchanged() {
    var there = VolumeShop.once().damaged().program(0, "fetching\nRestore Success!");
    var story = new Story(there.recovers(VolumeShop.JOB));
    story.untilStep("AwaitVolumeData");
    assertThat(there.shop.cluster.world().list(Kinds.JOB, "shop"))
        .singleElement()
        .satisfies(job -> {
          assertThat(job.at("/spec/backoffLimit").asInt(-1)).isZero();
          assertThat(job.at("/spec/activeDeadlineSeconds").asInt()).isEqualTo(6 * 3600);
        });
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(there.shop.cluster.world().list(Kinds.JOB, "shop")).isEmpty();
    assertThat(story.undone()).as(story.message()).isEqualTo("Undone");
    assertThat(there.shop.data("data")).isEqualTo("old-data");
  }

  @ParameterizedTest
  @CsvSource({
    "1, Restore Success!, RestoreFailed",
    "0, ERROR and Restore Success!, RestoreFailed",
    "0, nothing to do, RestoreUnproven",
  })
  void whatItSaysIsTheProof(int code, String says, String reason) {
    var there = VolumeShop.once().damaged().program(code, says);
    var story = new Story(there.recovers(VolumeShop.JOB));
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo(reason);
    assertThat(there.shop.data("data")).isEqualTo("old-data");
    assertThat(there.shop.cluster.world().list(Kinds.JOB, "shop")).isEmpty();
    assertThat(there.shop.cluster.world().list(Kinds.PVC, "shop"))
        .extracting(claim -> claim.at("/metadata/name").asText())
        .noneMatch(name -> name.startsWith("salvor-"));
  }

  @ParameterizedTest
  @CsvSource({
    "name: target, name: other, mounts the volume named target",
    "'\"ERROR\"', '\"(\"', no regular expression"
  })
  void aJobThatCannotBeIsRefused(String given, String instead, String why) {
    var there = VolumeShop.once().damaged();
    var story = new Story(there.recovers(VolumeShop.JOB.replace(given, instead)));
    assertThat(story.ends()).isEqualTo("Refused");
    assertThat(story.message()).contains(why);
  }
}
