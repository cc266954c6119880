package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the operator's version is read, and what follows from it. */
class CnpgVersionTest {
  private final CopyBench bench = CopyBench.plugin(1);

  @ParameterizedTest
  @CsvSource({
    "cloudnative-pg:1.29.1, 1.29.1, true",
    "host:5000/cloudnative-pg:1.27.3@sha256:12.13.14, 1.27.3, true",
    "1.28.3, 1.28.3, true",
    "v1.28.4, 1.28.4, false",
    "1.29.2, 1.29.2, false",
    "1.27.2, 1.27.2, false",
    "1.30.0, 1.30.0, false",
  })
  void knowsTheVersionsThatLoseTimelines(String text, String version, boolean loses) {
    var parsed = CnpgVersion.parse(text).orElseThrow();
    assertThat(parsed).hasToString(version);
    assertThat(parsed.losesTimelines()).isEqualTo(loses);
  }

  @Test
  void readsTheVersionFromImagePodsAndSchema() {
    assertThat(CnpgVersion.read(bench.cluster, "shop", "db"))
        .map(Object::toString)
        .hasValue("1.30.0");
    assertThat(CnpgVersion.read(bench.cluster, "shop", "none")).isEmpty();
    bench.cluster.put(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: clusters.postgresql.cnpg.io}
        spec: {versions: [{name: v1, schema: {openAPIV3Schema: {properties: {spec: {properties: {primaryLease: {type: object}}}}}}}]}
        """);
    assertThat(CnpgVersion.read(bench.cluster, "shop", "none"))
        .map(Object::toString)
        .hasValue("1.30.0");
    bench.cluster.put(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: cnpg, namespace: cnpg-system, labels: {app.kubernetes.io/name: cloudnative-pg}}
        spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: manager, image: "cloudnative-pg:1.29.1"}]}}}
        """);
    assertThat(CnpgVersion.read(bench.cluster, "shop", "db"))
        .map(Object::toString)
        .hasValue("1.29.1");
  }
}
