package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import java.time.Duration;

/** The way back of a recovery that exchanges nothing. */
record NothingToUndo(String why, String remedy) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(1);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    return Sight.refused(facts, "UndoImpossible", why, remedy);
  }
}
