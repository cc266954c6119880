package dev.salvor.gitops;

import static dev.salvor.engine.Outcome.done;
import static dev.salvor.engine.Outcome.waiting;
import static dev.salvor.engine.Outcome.wrote;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Gives GitOps back, leaf first, and watches for a while how it settles: an owner that is not Ready
 * is reported, it does not stop the recovery, whose work is done.
 *
 * @param manual true while the person wants to say when
 */
public record ResumeGitOps(ClusterWriter cluster, Run run, boolean manual) implements Act<Facts> {
  private static final Duration WATCH = Duration.ofMinutes(5);

  /** None: a person may take days, and giving up would leave the namespace frozen. */
  @Override
  public Duration deadline() {
    return Duration.ofDays(36_500);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    if (manual && facts.owners().stream().anyMatch(owner -> !owner.alreadyHeld())) {
      return waiting(
          "GitOps stays held until you set spec.gitOps.resume to Automatic: kubectl -n "
              + run.ref().namespace()
              + " patch "
              + run.ref().kind().toLowerCase(Locale.ROOT)
              + " "
              + run.ref().name()
              + " --type merge -p '{\"spec\":{\"gitOps\":{\"resume\":\"Automatic\"}}}'",
          Duration.ofSeconds(15));
    }
    var released = new Release(cluster, run).next(facts, moment);
    if (released.isPresent()) return wrote("gave back " + released.get().text());
    var unsettled = unsettled(facts);
    if (unsettled.isEmpty()) return done("GitOps is as it was" + standing(facts));
    var why = String.join("; ", unsettled);
    return moment.running().compareTo(WATCH) < 0
        ? waiting("GitOps is given back, not settled yet: " + why)
        : done("GitOps is given back" + standing(facts) + "; not settled: " + why);
  }

  private List<String> unsettled(Facts facts) {
    var unsettled = new ArrayList<String>();
    for (var owner : facts.owners()) {
      if (owner.alreadyHeld()) continue;
      cluster
          .get(owner.ref())
          .flatMap(seen -> Brake.of(owner.ref()).unsettled(seen))
          .ifPresent(unsettled::add);
    }
    return unsettled;
  }

  private static String standing(Facts facts) {
    var standing =
        facts.owners().stream()
            .filter(owner -> owner.alreadyHeld())
            .map(owner -> owner.ref().text())
            .toList();
    return standing.isEmpty()
        ? ""
        : "; suspended before and still so: " + String.join(", ", standing);
  }
}
