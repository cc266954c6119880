package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.faults.TestOperator;
import dev.salvor.testkit.faults.Trial;
import dev.salvor.testkit.models.KubeletModel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whole runbooks when nobody disturbs them. */
class RunbooksTest {
  @TestFactory
  Stream<DynamicTest> everyScenarioEndsAsItShould() {
    return Scenarios.ALL.stream()
        .map(scenario ->
            DynamicTest.dynamicTest(
                scenario.name(),
                () -> {
                  var course = new Trial(scenario, List.of()).play();
                  var status = course.stage().resource().at("/status");
                  assertThat(course.ended()).isTrue();
                  assertThat(status.at("/phase").asText())
                      .as(status.at("/message").asText())
                      .isEqualTo(scenario.phase());
                }));
  }

  @Test
  void aSwapBringsTheDataAndStartsNothingOfTheApplicationBeside() {
    var shop = Scenarios.deployedUnderFlux();
    var course = play(shop.recovers("backup: {name: monday}"));
    assertThat(course.stage().phase()).isEqualTo("Succeeded");
    assertThat(shop.data("data")).isEqualTo("good-monday-data");
    assertThat(course.stage().resource().at("/status/outage").asText()).isNotEmpty();
    assertThat(shop.kubelet.startsIn("shop"))
        .as("once before the backup and once after the exchange")
        .extracting(KubeletModel.Start::container)
        .containsExactly("migrate", "main", "migrate", "main");
    assertThat(shop.kubelet.starts())
        .filteredOn(start -> start.namespace().startsWith("shop-salvor"))
        .extracting(KubeletModel.Start::container)
        .containsExactly("restore-wait", "hold");
  }

  @Test
  void productionIsNotWrittenBeforeTheApproval() {
    var shop = Scenarios.deployedUnderFlux();
    var course = play(shop.waits("backup: {name: monday}\nprepare: {keepFor: 3m}"));
    assertThat(course.stage().phase()).isEqualTo("Expired");
    assertThat(shop.cluster.writes())
        .filteredOn(write -> "shop".equals(write.ref().namespace()))
        .as("but for the recovery itself")
        .allMatch(write -> Kinds.NAMESPACE_RESTORE.of(write.ref()));
  }

  @Test
  void theOldVolumesGoWhenTheTimeForAnUndoIsOver() {
    var shop = Scenarios.deployedUnderFlux();
    var course = play(shop.recovers("backup: {name: monday}\nundo: {retainFor: 72h}"));
    assertThat(shop.cluster.volumeData().all()).containsValue("old-data");
    var operator = operator(course.stage());
    shop.cluster.advance(Duration.ofHours(71));
    operator.reconcile();
    assertThat(shop.cluster.volumeData().all()).containsValue("old-data");
    shop.cluster.advance(Duration.ofHours(2));
    for (var tick = 0; tick < 30; tick++) {
      operator.reconcile();
      shop.cluster.advance(Duration.ofSeconds(1));
    }
    assertThat(course.stage().phase()).isEqualTo("Archived");
    assertThat(shop.cluster.volumeData().all()).doesNotContainValue("old-data");
    assertThat(shop.data("data")).isEqualTo("good-monday-data");
  }

  @Test
  void aManifestThatComesBackWithoutItsStatusDoesNothing() {
    var shop = Scenarios.deployedUnderFlux();
    var first = play(shop.recovers("backup: {name: monday}"));
    assertThat(first.stage().phase()).isEqualTo("Succeeded");
    shop.cluster.delete(Shop.RECOVERY);
    operator(first.stage()).reconcile();
    assertThat(shop.cluster.get(Shop.RECOVERY)).isEmpty();
    var before = shop.cluster.count();
    var again = play(shop.recovers("backup: {name: monday}"));
    assertThat(again.stage().phase()).isEqualTo("Refused");
    assertThat(again.stage().resource().at("/status/message").asText()).contains("ran before");
    assertThat(shop.cluster.writes().subList(before, shop.cluster.count()))
        .allMatch(write ->
            write.verb() == Recorded.Verb.STATUS || Kinds.NAMESPACE_RESTORE.of(write.ref()));
  }

  private static Trial.Course play(Stage stage) {
    return new Trial(new Scenario("once", "", () -> stage), List.of()).play();
  }

  private static TestOperator operator(Stage stage) {
    return new TestOperator(stage.cluster(), stage.recovery(), stage.starts());
  }
}
