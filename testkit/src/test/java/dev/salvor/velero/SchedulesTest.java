package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.HoldFacts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Fault;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SchedulesTest {
  private final Site site = new Site();

  SchedulesTest() {
    schedule("shop", "{schedule: '@daily', template: {includedNamespaces: [shop]}}");
    schedule("all", "{schedule: '@daily', template: {}, paused: false}");
    schedule("bank", "{schedule: '@daily', template: {includedNamespaces: [bank]}}");
    schedule("person", "{schedule: '@daily', template: {}, paused: true}");
  }

  @Test
  void pausesThoseThatWouldBackUpTheMiddleAndGivesThemBack() {
    var facts = found();
    assertThat(facts.schedules())
        .extracting(HoldFacts::ref)
        .extracting(ref -> ref.name())
        .containsExactlyInAnyOrder("shop", "all");
    assertThat(site.act(pause(), facts)).isInstanceOf(Outcome.Done.class);
    assertThat(paused("shop")).isTrue();
    assertThat(paused("all")).isTrue();
    assertThat(paused("bank")).isFalse();
    assertThat(get("shop").annotation(Marks.HELD_BY)).isEqualTo(Site.RUN.by());
    assertThat(site.act(new ResumeBackups(site.cluster, Site.RUN), facts))
        .isInstanceOf(Outcome.Done.class);
    asBefore();
  }

  @Test
  void undoIsTheSameWhateverWasWritten() {
    for (var crash = 1; crash <= 2; crash++) {
      var other = new SchedulesTest();
      var facts = other.found();
      other.site.cluster.fault(crash, Fault.LOST_REPLY);
      try {
        other.site.act(other.pause(), facts);
      } catch (ClusterException.Unavailable lost) {
        assertThat(lost).isNotNull();
      }
      // a second look after the crash must not take the pause for a person's
      var again = other.found();
      assertThat(again.schedules()).hasSize(2);
      other.site.undo(other.pause(), again);
      other.asBefore();
    }
  }

  @Test
  void waitsForABackupThatIsBeingMade() {
    site.backup("now", "InProgress", Duration.ofMinutes(1));
    var outcome = (Outcome.Waiting) site.act(pause(), found());
    assertThat(outcome.message()).contains("backup now");
    site.backup("now", "Completed", Duration.ofMinutes(1));
    assertThat(site.act(pause(), found())).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void waitsForAnotherRecoveryThatHoldsTheSchedule() {
    var other =
        new Run(
            new Ref("recovery.salvor.dev/v1alpha1", "NamespaceRestore", "bank", "x"),
            "11111111-2222");
    var theirs = new PauseBackups(site.cluster, other);
    var facts = found();
    site.act(theirs, facts);
    var ours = found();
    assertThat(ours.schedules()).hasSize(2);
    assertThat(((Outcome.Waiting) site.act(pause(), ours)).message()).contains(other.by());
    site.act(new ResumeBackups(site.cluster, other), facts);
    assertThat(site.act(pause(), ours)).isInstanceOf(Outcome.Done.class);
    site.act(new ResumeBackups(site.cluster, Site.RUN), ours);
    asBefore();
  }

  private void asBefore() {
    for (var name : new String[] {"shop", "all"}) {
      var seen = get(name);
      assertThat(paused(name)).isFalse();
      assertThat(seen.annotation(Marks.HELD_BY)).isEmpty();
      assertThat(seen.annotation(Marks.BEFORE)).isEmpty();
    }
    assertThat(get("shop").has("/spec/paused")).isFalse();
    assertThat(get("all").has("/spec/paused")).isTrue();
    assertThat(paused("person")).isTrue();
  }

  private Facts found() {
    return site.seen(new FindSchedules(site.cluster, Site.AROUND, Site.RUN), site.facts());
  }

  private PauseBackups pause() {
    return new PauseBackups(site.cluster, Site.RUN);
  }

  private boolean paused(String name) {
    return get(name).flag("/spec/paused");
  }

  private Seen get(String name) {
    return site.get(Kinds.SCHEDULE, "velero", name);
  }

  private void schedule(String name, String spec) {
    site.cluster.put(
        "{apiVersion: velero.io/v1, kind: Schedule, metadata: {name: %s, namespace: velero}, spec: %s}"
            .formatted(name, spec));
  }
}
