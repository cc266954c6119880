package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.testkit.faults.PlanCount;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Trial;
import dev.salvor.testkit.models.Mishap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A swap while something is wrong with Velero: production never notices. */
class VeleroMishapsTest {
  /** What may start outside of the shop: Velero's wait and the hold. */
  private static final Set<String> HARMLESS = Set.of("restore-wait", "hold");

  @ParameterizedTest
  @EnumSource(
      value = Mishap.class,
      names = {"ANOTHER_RESTORE_FIRST", "SERVER_RESTARTS"})
  void itGoesOn(Mishap mishap) {
    var shop = Scenarios.deployedUnderFlux();
    shop.velero.with(mishap);
    var course = play(shop);
    assertThat(course.stage().phase()).as(message(course)).isEqualTo("Succeeded");
    assertThat(shop.data("data")).isEqualTo("good-monday-data");
    nothingOfTheApplicationStartedBeside(shop);
  }

  @ParameterizedTest
  @EnumSource(
      value = Mishap.class,
      names = {
        "MODIFIER_FAILS",
        "JSON_PATCH_FAILS",
        "VOLUME_FORGOTTEN",
        "VOLUME_FAILS",
        "NODE_AGENT_MISSING",
        "BACKUP_DELETED",
        "LOCATION_UNAVAILABLE",
        "DOWNLOADS_UNANSWERED",
        "SERVER_HANGS"
      })
  void itIsTakenBack(Mishap mishap) {
    var shop = Scenarios.deployedUnderFlux();
    shop.cluster.settle();
    shop.velero.with(mishap);
    var course = play(shop);
    assertThat(course.stage().phase()).as(message(course)).isIn("Failed", "Refused");
    assertThat(message(course)).as("says what to do").contains(". ");
    assertThat(shop.data("data")).isEqualTo("old-data");
    assertThat(course.after().differences(course.stage().before()))
        .as(message(course))
        .allMatch(line -> line.startsWith("Lease "));
    if (mishap != Mishap.MODIFIER_FAILS) nothingOfTheApplicationStartedBeside(shop);
  }

  /** The plan of a recovery that hangs names the cause within a minute, and an abort ends it. */
  @ParameterizedTest
  @EnumSource(
      value = Mishap.class,
      names = {"VOLUMES_NEVER_START", "VOLUMES_STALL"})
  void itSaysWhyItHangs(Mishap mishap) {
    var shop = Scenarios.deployedUnderFlux();
    shop.velero.with(mishap);
    shop.cluster.with(new Impatient());
    var course = play(shop);
    assertThat(course.stage().phase()).as(message(course)).isEqualTo("Aborted");
    assertThat(course.after().differences(course.stage().before()))
        .allMatch(line -> line.startsWith("Lease "));
  }

  @Test
  void whatVeleroCallsPartiallyFailedIsProvenOrTakenBack() {
    var shop = Scenarios.deployedUnderFlux();
    shop.velero.with(Mishap.PARTIALLY_FAILED);
    var course = play(shop);
    assertThat(course.stage().phase()).as(message(course)).isIn("Succeeded", "Failed");
    assertThat(shop.data("data"))
        .isEqualTo(course.stage().phase().equals("Succeeded") ? "good-monday-data" : "old-data");
  }

  private static Trial.Course play(Shop shop) {
    PlanCount.add(1);
    var stage = shop.recovers("backup: {name: monday}");
    return new Trial(new Scenario("mishap", "", () -> stage), List.of()).play();
  }

  private static String message(Trial.Course course) {
    return course.stage().resource().at("/status/message").asText();
  }

  private static void nothingOfTheApplicationStartedBeside(Shop shop) {
    assertThat(shop.kubelet.starts())
        .filteredOn(start -> !Set.of("shop", "velero").contains(start.namespace()))
        .allMatch(start -> HARMLESS.contains(start.container()));
  }
}
