package dev.salvor.archive;

import dev.salvor.archive.Answer.Proof;
import dev.salvor.archive.Answer.Unreachable;
import java.util.Comparator;

/**
 * The newest moment. PostgreSQL ends such a recovery without an error wherever WAL runs out: a gap,
 * or a timeline that cannot be followed, silently loses what is behind it. So both are refused.
 */
record LatestQuestion(Question question) {
  Answer answer() {
    var main = question.main();
    var named = question.target().timeline() != null;
    if (!named) {
      var highest = question.goals().stream().max(Comparator.naturalOrder()).orElse(main);
      if (highest != main) return question.severalTimelines("the newest WAL");
      var lost = question.branches().stranded().stream().filter(one -> one > main).toList();
      if (!lost.isEmpty()) return stranded(lost.getLast());
    }
    var reach = question.branches().to(main).getLast();
    if (reach.gap() == null) return question.reachable(reach, Proof.PROVEN);
    var latest = question.bounds().of(reach).latestTarget();
    return new Unreachable(
        "WalGap",
        "the newest WAL cannot be reached: "
            + reach.gap().text()
            + ", and no base backup was made after it",
        "Make a base backup if the database lives; else recover to a time before the gap: "
            + Refusals.moment(latest),
        latest,
        null);
  }

  private Answer stranded(long timeline) {
    var lineage = question.lineage();
    if (!lineage.canBeReached(timeline)) return Refusals.noHistory(lineage, timeline);
    return new Unreachable(
        "WalGap",
        "the newest WAL is on timeline "
            + timeline
            + ", and no base backup leads there without missing WAL",
        "Make a base backup if the database lives; else set spec.target.timeline to "
            + question.main()
            + " and accept that what came later is lost");
  }
}
