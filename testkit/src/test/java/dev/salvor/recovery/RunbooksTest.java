package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.testkit.faults.Trial;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every scenario when nobody disturbs it. */
class RunbooksTest {
  @TestFactory
  Stream<DynamicTest> undisturbed() {
    return Scenarios.ALL.stream()
        .map(scenario ->
            DynamicTest.dynamicTest(
                scenario.name(),
                () -> {
                  var start = System.nanoTime();
                  var course = new Trial(scenario, List.of()).play();
                  System.out.println(
                      scenario.name()
                          + " ticks "
                          + course.ticks()
                          + " writes "
                          + course.writes()
                          + " held "
                          + course.held().size()
                          + " ms "
                          + (System.nanoTime() - start) / 1000000);
                  course
                      .stage()
                      .resource()
                      .at("/status/steps")
                      .forEach(s ->
                          System.out.println(
                              "  "
                                  + s.at("/name").asText()
                                  + " "
                                  + s.at("/state").asText()
                                  + " "
                                  + s.at("/since").asText()
                                  + " "
                                  + s.at("/reason").asText()
                                  + " "
                                  + s.at("/message").asText()));
                  var status = course.stage().resource().at("/status");
                  assertThat(status.at("/phase").asText())
                      .as(status.at("/step").asText() + ": " + status.at("/message").asText())
                      .isEqualTo(scenario.phase());
                }));
  }
}
