package dev.salvor.workloads;

import dev.salvor.api.Finding;
import java.util.ArrayList;
import java.util.List;

/** Collects what one look has to say; the same thing once only. */
final class Findings {
  private final String step;
  private final List<Finding> all = new ArrayList<>();

  Findings(String step) {
    this.step = step;
  }

  void refuse(String reason, String message, String remedy) {
    add(new Finding(step, Finding.Severity.Refusal, reason, message, remedy));
  }

  void warn(String reason, String message, String remedy) {
    add(new Finding(step, Finding.Severity.Warning, reason, message, remedy));
  }

  List<Finding> all() {
    return List.copyOf(all);
  }

  private void add(Finding finding) {
    if (!all.contains(finding)) all.add(finding);
  }
}
