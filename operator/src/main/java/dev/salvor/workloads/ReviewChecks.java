package dev.salvor.workloads;

import dev.salvor.api.Check;
import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.Findings;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Says in the plan, not after the copy, which checks would not be run ({@link CheckRules}). */
public record ReviewChecks(List<Check> checks) implements Step.Look<Facts> {
  public ReviewChecks {
    checks = List.copyOf(checks);
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(1);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var findings = new Findings(name());
    var claims = facts.volumes().stream().map(VolumeFacts::claim).collect(Collectors.toSet());
    for (var check : checks) {
      for (var why : CheckRules.broken(check)) refuse(findings, check, why);
      var unknown = new TreeSet<>(CheckRules.claims(check));
      unknown.removeAll(claims);
      if (!unknown.isEmpty())
        refuse(findings, check, "claim " + String.join(", ", unknown) + " is not restored");
    }
    return Sight.seen(
        facts.withFindings(name(), findings.all()), checks.size() + " checks reviewed");
  }

  private static void refuse(Findings findings, Check check, String why) {
    findings.refuse(
        "CheckRefused",
        "check " + check.name() + " would not be run: " + why,
        "Correct spec.checks");
  }
}
