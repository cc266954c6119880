package dev.salvor.e2e;

import java.util.List;

/** The counter behind a Service that everything of an application asks once when it starts. */
record Starts(Stage stage) {
  /** Starts so far, as {@code what.namespace}, one entry for each. */
  List<String> all() {
    return stage
        .kube()
        .exec("e2e-counter", "deploy/counter", "counter", "touch /tmp/hits; cat /tmp/hits")
        .lines()
        .toList();
  }

  List<String> inShadow() {
    return all().stream().filter(line -> line.contains("-salvor-")).toList();
  }

  long of(String what, String namespace) {
    return all().stream().filter(line -> line.equals(what + "." + namespace)).count();
  }
}
