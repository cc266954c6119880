package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Recorded;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whole runbooks that are undone, in every way that people think of (swap.md 4.1, 9). */
class UndoPlansTest {
  private static final String SWAP = "backup: {name: monday}\n";
  private static final Set<String> CLAIMS =
      Set.of("data-db-0", "log-db-0", "data-db-1", "log-db-1");

  @Test
  void anUndoneRecoveryIsNotDoneAgainButMayBeFollowedByAnother() {
    var shop = Scenarios.deployedUnderFlux();
    var story = new Story(shop.recovers(SWAP));
    assertThat(story.ends()).isEqualTo("Succeeded");
    assertThat(story.undone()).as(story.message()).isEqualTo("Undone");
    assertThat(shop.data("data")).isEqualTo("old-data");
    var writes = shop.cluster.count();
    story.stage.edit("{\"spec\": {\"undo\": {\"requested\": false}}}");
    assertThat(story.ends()).isEqualTo("Undone");
    assertThat(story.undone()).isEqualTo("Undone");
    assertThat(story.stage.resource().at("/status/undo/whyNot").asText())
        .contains("apply a new recovery");
    assertThat(shop.cluster.writes().subList(writes, shop.cluster.count()))
        .allMatch(write -> write.verb() == Recorded.Verb.STATUS);

    var next = new Story(shop.recoversToo("forth", SWAP));
    assertThat(next.ends()).as(next.message()).isEqualTo("Succeeded");
    assertThat(shop.data("data")).isEqualTo("good-monday-data");
    assertThat(next.undone()).as(next.message()).isEqualTo("Undone");
    assertThat(shop.data("data")).isEqualTo("old-data");
  }

  /** Stopped with some claims on each side, with one missing, or with all of them there. */
  @Test
  void anExchangeThatStopsAnywhereCanBeUndone() {
    var stops = 0;
    for (var number = 1; ; number += 5) {
      var fault = number % 2 == 0 ? Fault.INVALID : Fault.FORBIDDEN;
      var shop = stateful();
      var story = new Story(shop.recovers(SWAP + "prepare: {keepFor: 30m}"));
      story.untilStep("SwapVolumes");
      var from = shop.cluster.count() + number;
      shop.cluster.faults(write -> write.number() >= from && !isStatus(write) ? fault : null);
      story.until(() ->
          story.stage.phase().equals("Failed")
              || story.stage.phase().equals("Succeeded")
              || moved(shop, from, story));
      shop.cluster.faults(_ -> null);
      if (shop.cluster.count() < from) {
        assertThat(stops).isGreaterThan(5);
        return;
      }
      stops++;
      if (story.stage.phase().equals("Swapping")) story.stage.edit("{\"spec\": {\"abort\": true}}");
      else story.stage.edit("{\"spec\": {\"undo\": {\"requested\": true}}}");
      assertThat(story.ends()).as("write %d: %s", number, story.message()).isEqualTo("Undone");
      for (var claim : CLAIMS)
        assertThat(shop.data(claim)).as("write %d", number).isEqualTo("old-" + claim);
      assertThat(shop.object(Kinds.STATEFUL_SET, "shop", "db").at("/status/readyReplicas").asInt())
          .isEqualTo(2);
    }
  }

  @Test
  void theUndoIsRefusedWithTheReasonWhenAPersonHasDeletedTheOldVolume() {
    var shop = Scenarios.deployedUnderFlux();
    var old = volume(shop);
    var story = new Story(shop.recovers(SWAP));
    assertThat(story.ends()).isEqualTo("Succeeded");
    shop.cluster.delete(Kinds.PV.ref(old));
    refused(shop, story, "gone or no longer kept");
  }

  @Test
  void theUndoIsRefusedWithTheReasonWhenTheNodeOfTheOldVolumeIsGone() {
    var shop = new Shop();
    shop.provisioner.nodeLocal();
    shop.deployment().underFlux().backedUp("monday").damaged();
    var old = shop.cluster.world().get(Kinds.PV.ref(volume(shop))).orElseThrow();
    var node =
        old.at("/spec/nodeAffinity/required/nodeSelectorTerms/0/matchExpressions/0/values/0");
    var story = new Story(shop.recovers(SWAP));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    shop.cluster.delete(Kinds.NODE.ref(node.asText()));
    refused(shop, story, "on a node that does not exist");
  }

  private static void refused(Shop shop, Story story, String why) {
    var writes = shop.cluster.count();
    assertThat(story.undone()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo("UndoImpossible");
    assertThat(story.message()).contains(why).contains("apply a new recovery");
    assertThat(shop.data("data")).isEqualTo("good-monday-data");
    assertThat(shop.cluster.writes().subList(writes, shop.cluster.count()))
        .as("nothing was touched")
        .allMatch(write -> write.verb() == Recorded.Verb.STATUS);
  }

  @Test
  void anUndoThatRunsIsNotOvertakenByTheRelease() {
    for (var ticks = 1; ; ticks += 3) {
      var shop = Scenarios.deployedUnderFlux();
      var story = new Story(shop.recovers(SWAP + "undo: {retainFor: 1h}"));
      assertThat(story.ends()).isEqualTo("Succeeded");
      story.stage.edit("{\"spec\": {\"undo\": {\"requested\": true}}}");
      story.ticks(ticks);
      var over = story.stage.phase().equals("Undone");
      shop.cluster.advance(Duration.ofHours(2));
      var phase = story.ends();
      // a step on which two hours fall has missed its deadline
      if (phase.equals("Failed")) phase = story.retried();
      assertThat(phase).as("tick %d: %s", ticks, story.message()).isIn("Undone", "Archived");
      assertThat(shop.data("data")).as("tick %d", ticks).isEqualTo("old-data");
      assertThat(over).isEqualTo(story.stage.phase().equals("Archived"));
      if (over) return;
    }
  }

  @Test
  void aReleaseThatHasBegunIsNotTurnedIntoAnUndo() {
    for (var ticks = 0; ; ticks += 3) {
      var shop = Scenarios.deployedUnderFlux();
      var story = new Story(shop.recovers(SWAP + "undo: {retainFor: 1h}"));
      assertThat(story.ends()).isEqualTo("Succeeded");
      shop.cluster.advance(Duration.ofHours(2));
      story.ticks(ticks);
      var over = story.stage.phase().equals("Archived");
      var begun = !story.stage.phase().equals("Succeeded");
      assertThat(story.undone())
          .as("tick %d: %s", ticks, story.message())
          .isEqualTo(begun ? "Archived" : "Undone");
      assertThat(shop.data("data")).isEqualTo(begun ? "good-monday-data" : "old-data");
      if (over) return;
    }
  }

  private static boolean moved(Shop shop, int from, Story story) {
    // refused again and again: whoever waits for the deadline sees nothing new
    return shop.cluster.count() > from + 20 && story.stage.phase().equals("Swapping");
  }

  private static boolean isStatus(Recorded write) {
    return write.verb() == Recorded.Verb.STATUS;
  }

  private static Shop stateful() {
    return new Shop().statefulSet().backedUp("monday").damaged();
  }

  private static String volume(Shop shop) {
    return shop.object(Kinds.PVC, "shop", "data").at("/spec/volumeName").asText();
  }
}
