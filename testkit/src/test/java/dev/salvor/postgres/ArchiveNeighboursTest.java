package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other Clusters that write to the archive, or read from it. */
class ArchiveNeighboursTest {
  private static final String OTHER =
      """
      apiVersion: postgresql.cnpg.io/v1
      kind: Cluster
      metadata: {name: other, namespace: shop%s}
      spec:
        instances: 1
        %s
      status: {phase: Cluster in healthy state, systemID: "9"}
      """;
  private static final String READS =
      "externalClusters: [{name: o, plugin: {name: barman-cloud.cloudnative-pg.io, parameters: {barmanObjectName: store, serverName: db}}}]";

  private final CopyBench bench = CopyBench.plugin(1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | replica: {enabled: true, source: o} | ArchiveFollowed",
        "'' | '' | ArchiveNamedElsewhere",
        "', labels: {recovery.salvor.dev/run: 0123abcd-run}' | replica: {enabled: true, source: o} | ''",
      })
  void seesWhoElseReadsTheArchive(String labels, String more, String reason) {
    bench.cluster.put(
        OTHER.formatted(
            labels,
            READS + (more.isEmpty() ? "" : "\n  bootstrap: {recovery: {source: o}}\n  " + more)));
    assertThat(bench.reasons(bench.inspect(), Facts.none("i")))
        .isEqualTo(reason.isEmpty() ? List.of() : List.of(reason));
  }

  @Test
  void refusesAnArchiveThatTwoWriteTo() {
    bench.cluster.put(
        OTHER.formatted(
            "",
            "plugins: [{name: barman-cloud.cloudnative-pg.io, parameters: {barmanObjectName: store, serverName: db}}]"));
    assertThat(bench.reasons(bench.inspect(), Facts.none("i"))).containsExactly("ArchiveShared");
  }
}
