package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.RecoveryTarget;
import dev.salvor.archive.Answer.Proof;
import dev.salvor.archive.Answer.Reachable;
import dev.salvor.archive.Answer.Unreachable;
import dev.salvor.archive.Chronicle.Tx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Hundreds of imagined databases, and what the oracle says about moments of their lives, against a
 * replay of every base backup on every timeline.
 */
class RandomArchivesTest {
  private static final int LIVES = 600;
  private static final int MOMENTS = 25;

  private static final Pattern NAMED = Pattern.compile("Set spec.target.timeline to (\\d+)");

  private final TreeMap<String, Integer> seen = new TreeMap<>();

  @Test
  void whatIsCalledReachableIsWhatTheDatabaseHeldThenAndNothingReachableIsRefused() {
    for (var seed = 0; seed < LIVES; seed++) {
      var chronicle = new Chronicle(seed);
      var lineage = chronicle.read();
      var oracle = new Recoverability(lineage, chronicle);
      for (var moment : moments(chronicle, new Random(seed)))
        judge("seed " + seed + " at " + moment, chronicle, lineage, oracle, moment);
    }
    // every kind of answer was met, so none of the above was empty talk
    assertThat(seen.keySet())
        .contains(
            "Reachable",
            "TargetBeforeFirstBackup",
            "TargetAfterLastCommit",
            "TargetInGap",
            "TargetOnAbandonedTimeline");
  }

  /** PostgreSQL would end such a recovery early without an error: it must be refused instead. */
  @Test
  void latestIsTheEndOfAllWalOrRefused() {
    for (var seed = 0; seed < LIVES; seed++) {
      var chronicle = new Chronicle(seed);
      var oracle = new Recoverability(chronicle.read(), chronicle);
      var answer = oracle.answer(RecoveryTarget.newest(), chronicle.clock);
      count(answer);
      var newest = WalName.of(newestUpload(chronicle)).orElseThrow();
      if (answer instanceof Reachable(var backup, var timeline, _, _, _, _, var segments)) {
        var last = backup.beginWal().number() + segments - 1;
        assertThat(timeline).as("seed " + seed).isEqualTo(newest.timeline());
        assertThat(last)
            .as("seed " + seed)
            .isEqualTo(newest.segment(Chronicle.SIZE).orElseThrow().number());
      }
    }
    assertThat(seen.keySet()).contains("Reachable", "WalGap");
  }

  private static String newestUpload(Chronicle chronicle) {
    // within a timeline the highest: two uploads overtake each other
    var timeline =
        chronicle.archived.keySet().stream()
            .max(Comparator.comparing(name -> lastOf(chronicle, name)))
            .orElseThrow()
            .substring(0, 8);
    return chronicle.archived.lowerKey(timeline + "G");
  }

  private static Instant lastOf(Chronicle chronicle, String name) {
    return chronicle.archived.get(chronicle.archived.lowerKey(name.substring(0, 8) + "G"));
  }

  private void judge(
      String where, Chronicle chronicle, Lineage lineage, Recoverability oracle, Instant moment) {
    var lived = chronicle.livedAt(moment);
    var truth = truth(lived, moment);
    var answer = oracle.answer(at(moment, null), chronicle.clock.plusSeconds(60));
    count(answer);
    switch (answer) {
      case Reachable(var backup, var timeline, _, var proof, _, var exact, _) -> {
        var end = new Replay(chronicle).to(backup, timeline, moment);
        assertThat(end).as(where).isPresent();
        assertThat(end.get().last()).as(where + " holds what it held").isEqualTo(truth);
        assertThat(proof).as(where).isEqualTo(Proof.PROVEN);
        assertThat(exact).as(where).isTrue();
      }
      case Unreachable refused -> {
        if (refused.reason().equals("TargetOnAbandonedTimeline")) {
          // the person does as told, and gets it, if there is a way at all
          var told = NAMED.matcher(refused.remedy());
          assertThat(told.find()).isTrue();
          var timeline = Long.valueOf(told.group(1));
          var named = oracle.answer(at(moment, timeline), chronicle.clock.plusSeconds(60));
          var way = anyWay(chronicle, lineage, List.of(timeline), moment, truth);
          assertThat(named instanceof Reachable)
              .as(where + " " + refused + " " + named + " " + way)
              .isEqualTo(way.isPresent());
          if (named instanceof Reachable(var backup, _, _, _, _, _, _))
            assertThat(new Replay(chronicle).to(backup, timeline, moment).orElseThrow().last())
                .as(where)
                .isEqualTo(truth);
        } else
          assertThat(anyWay(chronicle, lineage, chronicle.lives.keySet(), moment, truth))
              .as(where + " " + refused)
              .isEmpty();
        nearestIsReachable(where, chronicle, oracle, refused);
      }
    }
  }

  private static void nearestIsReachable(
      String where, Chronicle chronicle, Recoverability oracle, Unreachable refused) {
    for (var near : new Instant[] {refused.nearestBefore(), refused.nearestAfter()}) {
      if (near == null) continue;
      var again = oracle.answer(at(near, null), chronicle.clock.plusSeconds(60));
      assertThat(
              again instanceof Reachable
                  || again instanceof Unreachable other
                      && other.reason().equals("TargetOnAbandonedTimeline"))
          .as(where + " is sent to " + near + ": " + again)
          .isTrue();
    }
  }

  /** Any base backup and timeline that bring back what the database held then. */
  private static Optional<String> anyWay(
      Chronicle chronicle,
      Lineage lineage,
      Collection<Long> goals,
      Instant moment,
      Optional<Tx> truth) {
    var replay = new Replay(chronicle);
    for (var backup : lineage.usableBackups())
      for (var goal : goals)
        if (replay.contains(backup, goal)
            && !Recoverability.firstTarget(backup).isAfter(moment)
            && replay.to(backup, goal, moment).filter(end -> end.last().equals(truth)).isPresent())
          return Optional.of(backup.id() + " on " + goal);
    return Optional.empty();
  }

  private static Optional<Tx> truth(Chronicle.Life life, Instant moment) {
    return life.all().stream().filter(tx -> !tx.at().isAfter(moment)).reduce((_, later) -> later);
  }

  private static List<Instant> moments(Chronicle chronicle, Random dice) {
    var start = Instant.parse("2026-02-28T23:50:00Z");
    var span = chronicle.clock.toEpochMilli() - start.toEpochMilli();
    var commits = chronicle.lives.values().stream().flatMap(life -> life.own.stream()).toList();
    var found = new ArrayList<Instant>();
    for (var index = 0; index < MOMENTS; index++) {
      var random = start.plusMillis((long) (dice.nextDouble() * span));
      var commit = commits.get(dice.nextInt(commits.size())).at();
      found.add(
          switch (dice.nextInt(4)) {
            case 0 -> commit;
            case 1 -> commit.minusMillis(1);
            case 2 -> commits.getLast().at().plusMillis(dice.nextInt(3) - 1L);
            default -> random;
          });
    }
    return found;
  }

  private static RecoveryTarget at(Instant moment, @Nullable Long timeline) {
    return new RecoveryTarget(null, moment, null, null, null, null, null, null, timeline);
  }

  private void count(Answer answer) {
    seen.merge(
        answer instanceof Unreachable refused ? refused.reason() : "Reachable", 1, Integer::sum);
  }
}
