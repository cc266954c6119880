package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
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
    if (automatic) return Sight.seen(facts, "approval: Automatic");
    if (commands.approved(wanted)) return Sight.seen(facts, "plan " + wanted + " approved");
    return Sight.person(
        "read status.plan.summary, then approve: " + how.formatted(wanted), Duration.ofSeconds(30));
  }
}
