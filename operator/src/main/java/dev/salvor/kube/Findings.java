package dev.salvor.kube;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import java.util.ArrayList;
import java.util.List;

/** What one look found, the same thing once only; all of it is told together. */
public final class Findings {
  private final String step;
  private final List<Finding> all = new ArrayList<>();

  public Findings(String step) {
    this.step = step;
  }

  public void refuse(String reason, String message, String remedy) {
    add(new Finding(step, Finding.Severity.Refusal, reason, message, remedy));
  }

  public void warn(String reason, String message, String remedy) {
    add(new Finding(step, Finding.Severity.Warning, reason, message, remedy));
  }

  public List<Finding> all() {
    return List.copyOf(all);
  }

  public Facts into(Facts facts) {
    return facts.withFindings(step, all);
  }

  /** {@code , 2 findings}, to be put behind what was seen. */
  public String count() {
    return all.isEmpty() ? "" : ", " + all.size() + (all.size() == 1 ? " finding" : " findings");
  }

  private void add(Finding finding) {
    if (!all.contains(finding)) all.add(finding);
  }
}
