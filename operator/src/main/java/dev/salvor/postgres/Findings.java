package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import java.util.ArrayList;
import java.util.List;

/** What one look found; all of it is told together. */
final class Findings {
  private final String step;
  private final List<Finding> all = new ArrayList<>();

  Findings(String step) {
    this.step = step;
  }

  void refuse(String reason, String message, String remedy) {
    all.add(new Finding(step, Finding.Severity.Refusal, reason, message, remedy));
  }

  void warn(String reason, String message, String remedy) {
    all.add(new Finding(step, Finding.Severity.Warning, reason, message, remedy));
  }

  Facts into(Facts facts) {
    return facts.withFindings(step, all);
  }

  /** {@code , 2 findings}, to be put behind what was seen. */
  String count() {
    return all.isEmpty() ? "" : ", " + all.size() + (all.size() == 1 ? " finding" : " findings");
  }
}
