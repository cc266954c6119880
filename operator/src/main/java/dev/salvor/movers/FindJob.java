package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.SourceFacts;
import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Run;
import java.time.Duration;

/** A restore by a Job of the user's, and what of VolSync has to stand still meanwhile. */
public record FindJob(ClusterReader cluster, Run run, RestoreJob job, String claim)
    implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var findings = new Findings(name());
    var target = facts.target();
    if (target == null) return Sight.seen(findings.into(facts), "no namespace to look in");
    if (!FillingJob.mountsTarget(job))
      findings.refuse(
          "JobWithoutTarget",
          "no container of spec.source.job mounts the volume named " + FillingJob.TARGET,
          "Add a volumeMount with that name to it; the volume itself is added by Salvor");
    Consequences.pattern(findings, "successPattern", job.successPattern());
    if (job.failurePattern() != null)
      Consequences.pattern(findings, "failurePattern", job.failurePattern());
    new Consequences(cluster, job, target.namespace()).judge(findings);
    var known = facts.source();
    var ref = FillingJob.ref(facts, run);
    var source =
        new SourceFacts(
            ref,
            "",
            FillingJob.MOVER,
            "",
            null,
            null,
            new Writers(cluster, run, claim).in(target.namespace()),
            known == null ? null : known.snapshot());
    return Sight.seen(
        findings.into(facts.withSource(source).withVolumes(FindReplication.content(facts))),
        "a Job fills the copy" + findings.count());
  }
}
