package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Journal.Entry;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Step;
import dev.salvor.recovery.Standings.Chapter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every step of every book: under which word people see it. */
class BooksTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void behindThePlanNoStepIsStillPlanning() {
    Books.forward()
        .forEach((name, book) -> {
          var planned = book.indexOf("PlanRecovery");
          assertThat(planned).as(name).isPositive();
          var names = names(book);
          for (var i = 0; i < names.size(); i++) {
            var step = names.get(i);
            var phase = phase(Chapter.FORWARD, Standing.GOING, names.subList(0, i + 1));
            var where = name + " " + step;
            if (i <= planned) assertThat(phase).as(where).isEqualTo("Planning");
            else if (step.matches("Await.*Approval"))
              assertThat(phase).as(where).isEqualTo("AwaitingApproval");
            else assertThat(phase).as(where).isNotIn("Planning", "AwaitingApproval");
          }
          assertThat(phase(Chapter.FORWARD, Standing.COMPLETE, names)).isEqualTo("Succeeded");
        });
  }

  @Test
  void theWayBackIsOneWord() {
    Books.back()
        .forEach((name, book) -> {
          var names = names(book);
          for (var i = 0; i < names.size(); i++)
            assertThat(phase(Chapter.UNDO, Standing.GOING, names.subList(0, i + 1)))
                .as(name + " " + names.get(i))
                .isEqualTo(
                    names.get(i).equals("AwaitUndoApproval") ? "AwaitingApproval" : "Undoing");
        });
  }

  /** Steps are found in the journal by their names, of all runbooks together. */
  @Test
  void noNameIsUsedTwice() {
    Books.forward()
        .forEach((name, book) -> assertThat(names(book)).as(name).doesNotHaveDuplicates());
    Books.back()
        .forEach((name, book) -> {
          assertThat(names(book)).as(name).doesNotHaveDuplicates();
          Books.forward()
              .forEach((way, there) -> {
                if (way.split(" ")[0].equals(name.split(" ")[0]))
                  assertThat(names(book)).as(name).doesNotContainAnyElementsOf(names(there));
              });
        });
  }

  private static String phase(Chapter chapter, Standing standing, List<String> names) {
    var entries = new ArrayList<Entry>();
    for (var i = 0; i < names.size(); i++) {
      var last = i == names.size() - 1 && standing == Standing.GOING;
      var state = last ? Journal.State.RUNNING : Journal.State.DONE;
      entries.add(new Entry(names.get(i), state, NOON, NOON, "", "", null));
    }
    var journal = new Journal<>(entries, null, Facts.none("i"));
    return Phases.of(new Standings(chapter, standing, false, journal, ""));
  }

  private static List<String> names(Runbook<Facts> book) {
    return book.steps().stream().map(Step::name).toList();
  }
}
