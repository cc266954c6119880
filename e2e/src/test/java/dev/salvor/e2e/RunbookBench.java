package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * The same data three times in one run: Salvor's Swap, Salvor's InPlace, the runbook as a script.
 */
@Scenario
class RunbookBench {
  private static final String NAMESPACE = "e2e-bench";
  private static final String BACKUP = "e2e-bench-1";
  private final Stage stage = Stage.open();
  private final Room room = Room.of(stage, NAMESPACE);
  private final List<Row> rows = new ArrayList<>();

  private record Row(String what, Duration plan, Duration whole, Duration outage) {}

  @Test
  void sideBySide() {
    var shop = Shop.install(stage, NAMESPACE);
    shop.fill(2_000, 150_000);
    var good = shop.sums();
    new Velero(stage.kube()).backup(BACKUP, NAMESPACE);
    var own = shop.ownStopAndStart();

    rows.add(salvor(shop, good, "Salvor Swap", "swap", "Swap"));
    rows.add(salvor(shop, good, "Salvor InPlace", "in-place", "InPlace"));
    rows.add(runbook(shop, good));
    print(own);
  }

  private Row salvor(Shop shop, List<String> good, String what, String name, String strategy) {
    shop.damage();
    try (var prober = shop.prober()) {
      prober.awaitAnswer(Duration.ofSeconds(30));
      var began = Instant.now();
      var recovery =
          Recovery.apply(
              stage.kube(),
              NAMESPACE,
              name,
              Recovery.from(BACKUP)
                  + ", strategy: "
                  + strategy
                  + ", undo: {retainFor: 0s}, "
                  + Recovery.automatic());
      var applied = Instant.now();
      Kube.await(
          "a plan",
          Recovery.LIMIT,
          () -> recovery.status().path("plan").path("complete").asBoolean());
      var planned = Instant.now();
      recovery.succeed();
      shop.ready();
      prober.awaitAnswer(Duration.ofSeconds(60));
      var whole = Duration.between(began, Instant.now());
      assertThat(Shop.differences(good, shop.sums())).isEmpty();
      return new Row(what, Duration.between(applied, planned), whole, prober.unanswered());
    }
  }

  private Row runbook(Shop shop, List<String> good) {
    shop.damage();
    var velero = stage.cluster() instanceof ToolCluster tool ? tool.tool() + " velero" : "velero";
    var shell =
        new Shell(Map.of("KUBECONFIG", stage.kube().kubeconfig().toString(), "VELERO", velero));
    try (var prober = shop.prober()) {
      prober.awaitAnswer(Duration.ofSeconds(30));
      var began = Instant.now();
      shell.must(
          Duration.ofMinutes(10),
          "e2e/bench/runbook-a1.sh",
          NAMESPACE,
          "shop",
          "data",
          Velero.name(BACKUP));
      prober.awaitAnswer(Duration.ofSeconds(60));
      var whole = Duration.between(began, Instant.now());
      assertThat(Shop.differences(good, shop.sums())).isEmpty();
      return new Row("runbook A1 (script)", Duration.ZERO, whole, prober.unanswered());
    }
  }

  private void print(Duration own) {
    var script = rows.getLast();
    var text = new StringBuilder();
    text.append("\n300 MB in 2,000 files; own stop and start of the application ")
        .append(seconds(own))
        .append(
            "\n\n%-22s %14s %10s %10s %18s %18s%n"
                .formatted(
                    "", "apply to plan", "whole", "outage", "whole / runbook", "outage / runbook"));
    for (var row : rows) {
      text.append(
          "%-22s %14s %10s %10s %17.2fx %17.2fx%n"
              .formatted(
                  row.what,
                  row.plan.isZero() ? "-" : seconds(row.plan),
                  seconds(row.whole),
                  seconds(row.outage),
                  ratio(row.whole, script.whole),
                  ratio(row.outage, script.outage)));
    }
    System.out.println(text);
  }

  private static double ratio(Duration a, Duration b) {
    return (double) a.toMillis() / Math.max(1, b.toMillis());
  }

  private static String seconds(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1000.0);
  }

  @AfterAll
  void clear() {
    room.clear();
  }
}
