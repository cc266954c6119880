package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Marks;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.faults.Approver;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** When GitOps gets a database back, and to which revision of Git. */
class HandBackTest {
  private final DatabaseShop shop = new DatabaseShop().underFlux();

  /** Git never had the new lineage, so there is nothing to commit. */
  @Test
  void anAbortBeforeGitWasChangedNeedsNoCommit() {
    var story = behind();
    var revision = shop.flux.revision();
    story.stage.edit("{\"spec\": {\"abort\": true}}");
    assertThat(story.ends()).as(story.message()).isEqualTo("Undone");
    assertThat(shop.lineage()).isEqualTo("db");
    assertThat(shop.rows()).containsExactly("good-order-2", "old-damage", "old-orders");
    assertThat(shop.flux.revision()).as("nobody committed").isEqualTo(revision);
    var owner = shop.cluster.get(DatabaseShop.APPS).orElseThrow();
    assertThat(owner.text("/status/lastAppliedRevision")).isEqualTo(revision);
    assertThat(owner.annotation(Marks.HELD_BY)).isEmpty();
    assertThat(held()).as("held once, given back once").containsExactly(true, false);
  }

  /** The change was committed already: what Git says is tried once, refused, and waited for. */
  @Test
  void anAbortAfterGitWasChangedAsksForTheChangeBack() {
    var story = behind();
    var wanted = story.stage.resource().at("/status/gitPatch").asText();
    assertThat(wanted).contains("serverName: db-v2");
    story.stage.edit("{\"spec\": {\"abort\": true}}");
    commits("db-v2");
    story.untilStep("UndoHandBackToGit");
    story.until(() -> story.message().contains("GitBehind") && held().size() == 3);
    assertThat(held()).containsExactly(true, false, true);
    story.ticks(20);
    assertThat(held()).as("the same revision is not tried again").hasSize(3);
    assertThat(shop.lineage()).isEqualTo("db");
    commits("db");
    assertThat(story.ends()).as(story.message()).isEqualTo("Undone");
    assertThat(shop.lineage()).isEqualTo("db");
    assertThat(held()).containsExactly(true, false, true, false);
  }

  /** A commit that does not help, and one that does while the word about the first still stands. */
  @Test
  void theRefusalOfOneRevisionIsNotThatOfTheNext() {
    var story = behind();
    commits("db");
    story.until(() -> held().size() == 3);
    assertThat(held()).containsExactly(true, false, true);
    commits("db-v2");
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(held()).containsExactly(true, false, true, false);
  }

  /** The swap is done, and Git is waited for. */
  private Story behind() {
    shop.cluster.with(new Approver(DatabaseShop.RECOVERY));
    var story = new Story(shop.waits(DatabaseScenarios.toMoment(shop)));
    story.untilStep("HandBackToGit");
    story.until(() -> story.message().contains("GitBehind"));
    assertThat(shop.lineage()).isEqualTo("db-v2");
    assertThat(held()).containsExactly(true);
    return story;
  }

  private void commits(String serverName) {
    var manifests = shop.flux.of(DatabaseShop.APPS).stream().map(one -> one.deepCopy()).toList();
    for (var manifest : manifests)
      if (manifest.path("kind").asText().equals("Cluster"))
        manifest.withObject("/spec/plugins/0/parameters").put("serverName", serverName);
    shop.flux.commit(DatabaseShop.APPS, manifests);
  }

  /** Each change of the hold, in order. */
  private List<Boolean> held() {
    return shop.cluster.writes().stream()
        .filter(write -> write.ref().equals(DatabaseShop.APPS))
        .map(Recorded::after)
        .filter(Objects::nonNull)
        .map(after -> after.at("/spec/suspend").asBoolean())
        .toList();
  }
}
