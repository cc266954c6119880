package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.Interlock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a person's word on exactly this plan, and voids it when what it names is no longer what
 * is there (S2): the same looks are taken again, and if they make another plan, it is planned anew.
 *
 * @param hash the hash to be approved, from the facts
 * @param automatic the proof is the approval
 * @param interlock nothing begins while it is open: the API server would take every deletion
 * @param review what the plan was made of
 * @param backTo the step to plan anew from
 * @param expires when a prepared copy has waited long enough, or the recovery must not start any
 *     more; null for never
 * @param how the command that approves, with the hash left out
 */
record AwaitApproval(
    String name,
    Function<Facts, String> hash,
    boolean automatic,
    Commands commands,
    Interlock interlock,
    List<Look<Facts>> review,
    String backTo,
    Function<Facts, @Nullable Instant> expires,
    String how)
    implements Look<Facts> {

  @Override
  public Duration deadline() {
    return Duration.ofDays(365);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var limit = expires.apply(facts);
    if (limit != null && moment.now().isAfter(limit)) {
      return Sight.refused(
          facts,
          "Expired",
          "nobody approved the plan until " + limit + ", so what was prepared is removed",
          "Raise spec.retry by one to prepare it again, or delete this recovery");
    }
    var wanted = hash.apply(facts);
    var now = facts;
    for (var look : review) {
      switch (look.look(now, moment)) {
        case Sight.Seen<Facts>(var found, _) -> now = found;
        case Sight.NotYet<Facts>(var message, var recheck, _) -> {
          return Sight.person("reading the cluster again before the approval: " + message, recheck);
        }
        case Sight.Refused<Facts>(var found, _) -> now = found;
        case Sight.Back<Facts>(var found, _, _, _) -> now = found;
      }
    }
    if (now.refused() || !hash.apply(now).equals(wanted)) {
      return new Sight.Back<>(
          facts,
          backTo,
          "PlanChanged",
          "what plan " + wanted + " names has changed in the cluster; planning again");
    }
    var approved = commands.approved(wanted);
    if (automatic || approved) {
      var holes = interlock.holes();
      if (!holes.isEmpty())
        return Sight.person(
            "approved, but nothing begins while the API server does not hold Salvor to its safety rules: "
                + String.join("; ", holes)
                + ". Install the chart again",
            Duration.ofSeconds(30));
      return Sight.seen(facts, approved ? "plan " + wanted + " approved" : "approval: Automatic");
    }
    return Sight.person(
        "read status.plan.summary, then approve: " + how.formatted(wanted), Duration.ofSeconds(30));
  }
}
