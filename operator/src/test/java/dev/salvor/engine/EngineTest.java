package dev.salvor.engine;

import static dev.salvor.engine.Engine.Standing.COMPLETE;
import static dev.salvor.engine.Engine.Standing.GOING;
import static dev.salvor.engine.Engine.Standing.STOPPED;
import static dev.salvor.engine.Engine.Standing.TAKEN_BACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class EngineTest {
  private final Toy toy = new Toy();
  private final Engine<String> engine = new Engine<>();

  @Test
  void stepsRunInOrderAndEachIsOnRecordBeforeItIsCalled() {
    var journal = run(book(toy.act("A"), toy.look("L", "+l"), toy.act("B")), 100, false);
    assertThat(toy.writes).containsExactly("A", "B");
    assertThat(journal.facts()).isEqualTo("+l");
    assertThat(
            engine.standing(book(toy.act("A"), toy.look("L", "+l"), toy.act("B")), journal, false))
        .isEqualTo(COMPLETE);
  }

  @Test
  void aTickNeitherPutsOnRecordAndCallsNorCallsTwoSteps() {
    var book = book(toy.act("A"), toy.act("B"));
    var journal = Journal.<String>empty("");
    for (var tick = 0; tick < 10; tick++) {
      var calls = toy.calls;
      var entries = journal.entries().size();
      var next = engine.tick(book, journal, false, at(tick)).journal();
      assertThat((toy.calls - calls) + (next.entries().size() - entries))
          .as("tick " + tick)
          .isLessThanOrEqualTo(1);
      journal = next;
    }
  }

  @Test
  void aFailureBeforeThePointOfNoReturnTakesEverythingBackLastFirst() {
    var book = book(toy.act("A"), toy.act("B"), toy.failing("C"), toy.act("P"));
    var journal = run(book, 100, false);
    assertThat(toy.writes).containsExactly("A", "B", "-B", "-A");
    assertThat(engine.standing(book, journal, false)).isEqualTo(TAKEN_BACK);
    assertThat(journal.of("C").orElseThrow().reason()).isEqualTo("Broken");
  }

  @Test
  void aFailureBehindThePointOfNoReturnStopsAndTakesNothingBack() {
    var book = new Runbook<>(List.of(toy.act("A"), toy.act("P"), toy.failing("C")), "", "P", "P");
    var journal = run(book, 100, false);
    assertThat(toy.writes).containsExactly("A", "P");
    assertThat(engine.standing(book, journal, false)).isEqualTo(STOPPED);
  }

  @Test
  void aFailureKeepsWhatIsProvenAndARetryGoesOnFromThere() {
    var book =
        new Runbook<>(
            List.of(
                toy.act("Copy"),
                toy.look("Proof", ""),
                toy.act("Hold"),
                toy.failingOnce("C"),
                toy.act("P")),
            "Proof",
            "P",
            "P");
    var journal = run(book, 100, false);
    assertThat(toy.writes).containsExactly("Copy", "Hold", "-Hold");
    journal = continueFrom(book, engine.retry(book, journal), 100, false);
    assertThat(toy.writes).containsExactly("Copy", "Hold", "-Hold", "Hold", "C", "P");
    assertThat(engine.standing(book, journal, false)).isEqualTo(COMPLETE);
  }

  @Test
  void anAbortKeepsNothing() {
    var book =
        new Runbook<>(
            List.of(toy.act("Copy"), toy.look("Proof", ""), toy.never("Wait"), toy.act("P")),
            "Proof",
            "P",
            "P");
    var journal = run(book, 20, false);
    assertThat(engine.standing(book, journal, false)).isEqualTo(GOING);
    journal = continueFrom(book, journal, 20, true);
    assertThat(toy.writes).containsExactly("Copy", "-Copy");
    assertThat(engine.standing(book, journal, true)).isEqualTo(TAKEN_BACK);
  }

  @Test
  void anAbortBehindThePointOfNoReturnGoesOnUntilTheDataIsInOnePiece() {
    var book =
        new Runbook<>(
            List.of(toy.act("A"), toy.act("P"), toy.act("Whole"), toy.act("Rest")),
            "",
            "P",
            "Whole");
    var journal = run(book, 5, false);
    assertThat(journal.started("P")).isTrue();
    journal = continueFrom(book, journal, 50, true);
    assertThat(toy.writes).containsExactly("A", "P", "Whole");
    assertThat(engine.standing(book, journal, true)).isEqualTo(STOPPED);
  }

  @Test
  void goingBackTakesBackFromThatStepOnAndDoesItAgain() {
    var book =
        book(
            toy.act("A"),
            toy.look("Choose", "+c"),
            toy.act("B"),
            toy.backOnce("Judge", "Choose"),
            toy.act("P"));
    var journal = run(book, 100, false);
    assertThat(toy.writes).containsExactly("A", "B", "-B", "B", "P");
    assertThat(journal.facts()).contains("+c").contains("rejected");
    assertThat(engine.standing(book, journal, false)).isEqualTo(COMPLETE);
  }

  @Test
  void deadlinesCountFromTheFirstStartOnRecord() {
    var book = book(toy.never("Wait"), toy.act("P"));
    var journal = engine.tick(book, Journal.<String>empty(""), false, at(0)).journal();
    journal = engine.tick(book, journal, false, at(59)).journal();
    assertThat(journal.in("Wait", Journal.State.RUNNING)).isTrue();
    journal = engine.tick(book, journal, false, at(61)).journal();
    assertThat(journal.of("Wait").orElseThrow().reason()).isEqualTo(Engine.DEADLINE);
  }

  @Test
  void waitingForAPersonHasNoDeadline() {
    var book = book(toy.person("Ask"), toy.act("P"));
    var journal = engine.tick(book, Journal.<String>empty(""), false, at(0)).journal();
    journal = engine.tick(book, journal, false, at(1_000_000)).journal();
    assertThat(journal.in("Ask", Journal.State.RUNNING)).isTrue();
    assertThat(journal.of("Ask").orElseThrow().reason()).isEqualTo(Engine.PERSON);
  }

  @Test
  void aRunbookNamesItsPlacesAndItsStepsOnce() {
    assertThatThrownBy(() -> new Runbook<>(List.of(toy.act("A"), toy.act("A")), "", "", ""))
        .hasMessage("two steps named A");
    assertThatThrownBy(() -> new Runbook<>(List.of(toy.act("A")), "", "B", ""))
        .hasMessage("no step named B");
  }

  @TestFactory
  Stream<DynamicTest> killedAtAnyWriteEachWriteHappensOnceAndInOrder() {
    return IntStream.range(0, 6)
        .mapToObj(point ->
            DynamicTest.dynamicTest(
                "killed at " + point,
                () -> {
                  var other = new Toy();
                  other.killAt = point;
                  var book =
                      new Runbook<>(
                          List.<Step<String>>of(other.act("A"), other.act("B"), other.act("P")),
                          "",
                          "P",
                          "P");
                  var journal = Journal.<String>empty("");
                  for (var tick = 0; tick < 100; tick++) {
                    try {
                      journal = engine.tick(book, journal, false, at(0)).journal();
                    } catch (Toy.Killed e) {
                      other.killAt = -1;
                    }
                  }
                  assertThat(other.writes).containsExactly("A", "B", "P");
                }));
  }

  @SafeVarargs
  private final Runbook<String> book(Step<String>... steps) {
    return new Runbook<>(
        List.of(steps), "", steps[steps.length - 1].name(), steps[steps.length - 1].name());
  }

  private Journal<String> run(Runbook<String> book, int ticks, boolean abort) {
    return continueFrom(book, Journal.empty(""), ticks, abort);
  }

  private Journal<String> continueFrom(
      Runbook<String> book, Journal<String> from, int ticks, boolean abort) {
    var journal = from;
    for (var tick = 0; tick < ticks; tick++)
      journal = engine.tick(book, journal, abort, at(0)).journal();
    return journal;
  }

  private static Instant at(long second) {
    return Instant.EPOCH.plusSeconds(second);
  }
}
