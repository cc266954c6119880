package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import dev.salvor.testkit.control.Patience;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A guarded Cluster keeps the lineage it archives to, whoever applies what Git says. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LineagePolicyTest {
  /** What the policy reads of cloudnative-pg v1.30.0 config/crd/bases, with its types. */
  private static final String CRD =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: clusters.postgresql.cnpg.io}
      spec:
        group: postgresql.cnpg.io
        scope: Namespaced
        names: {kind: Cluster, listKind: ClusterList, plural: clusters, singular: cluster}
        versions:
        - name: v1
          served: true
          storage: true
          subresources: {status: {}}
          schema:
            openAPIV3Schema:
              type: object
              required: [spec]
              properties:
                spec:
                  type: object
                  properties:
                    instances: {type: integer}
                    backup:
                      type: object
                      properties:
                        barmanObjectStore:
                          type: object
                          required: [destinationPath]
                          properties: {destinationPath: {type: string}, serverName: {type: string}}
                    plugins:
                      type: array
                      items:
                        type: object
                        required: [name]
                        properties:
                          name: {type: string}
                          parameters: {type: object, additionalProperties: {type: string}}
                status: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  private final ControlPlane plane;
  private final PolicyFixture policy;
  private final String namespace;
  private final Clients clients;

  LineagePolicyTest(ControlPlane plane) {
    this.plane = plane;
    plane.installCrds(CRD);
    this.policy = PolicyFixture.install(plane);
    this.namespace = policy.namespace();
    this.clients = plane.clientsAs(namespace, policy.account());
  }

  /** A new policy takes effect after some seconds. */
  @BeforeAll
  void waitForThePolicy() {
    Patience.until(
        Duration.ofSeconds(60),
        () -> "the policy has no effect",
        () -> {
          var probe = guarded("db-v2", plugin("{serverName: db-v2}"));
          try {
            git(probe, plugin("{serverName: probe}"));
            return false;
          } catch (ClusterException.Forbidden refused) {
            return true;
          }
        });
  }

  /** The other tests know no CloudNativePG. */
  @AfterAll
  void remove() {
    clients.close();
    policy.remove(plane);
    plane.removeCrd("clusters.postgresql.cnpg.io");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "db-v2 | {serverName: db-v2} | yes",
        "db-v2 | {serverName: db}    | no",
        "db-v2 | {}                  | no",
        "db    | {serverName: db}    | yes",
        "db    | {}                  | yes",
        "db    | {serverName: \"\"}  | yes",
        "db    | {serverName: db-v2} | no",
      })
  void aManifestWithoutServerNameMeansTheNameOfTheCluster(
      String lineage, String parameters, String passes) {
    var cluster = guarded(lineage, plugin("{serverName: other}"));
    judged(cluster, plugin(parameters), lineage, passes.equals("yes"));
    var without = parameters.replace("{", "{destinationPath: \"s3://b/\", ").replace(", }", "}");
    judged(cluster, "backup: {barmanObjectStore: " + without + "}", lineage, passes.equals("yes"));
  }

  @Test
  void parametersMayBeAbsentAltogether() {
    var spec = "plugins: [{name: barman-cloud.cloudnative-pg.io}]";
    judged(guarded("db", spec), spec, "db", true);
    judged(guarded("db-v2", spec), spec, "db-v2", false);
  }

  /** Nowhere is no lineage either. */
  @Test
  void aManifestThatArchivesNowhereIsRefused() {
    judged(guarded("db", "instances: 1"), "instances: 2", "db", false);
    judged(guarded("db", "instances: 1"), "plugins: [{name: other}]", "db", false);
  }

  @Test
  void whoeverTakesTheAnnotationOffMayChangeIt() {
    var cluster = guarded("db-v2", plugin("{serverName: db-v2}"));
    var freed = spec(cluster, plugin("{serverName: db}"));
    ((ObjectNode) freed.at("/metadata/annotations")).remove(Marks.LINEAGE);
    assertThatCode(() -> plane.world().update(freed)).doesNotThrowAnyException();
  }

  /** CloudNativePG's own writes, while the Cluster is between two lineages. */
  @Test
  void itsStatusIsWrittenFreely() {
    var cluster = guarded("db-v2", plugin("{serverName: db}"));
    var written =
        plane
            .admin()
            .genericKubernetesResources("postgresql.cnpg.io/v1", "Cluster")
            .inNamespace(Manifests.ref(cluster).namespace())
            .withName("db")
            .editStatus(live -> {
              live.setAdditionalProperty("status", Map.of("phase", "whatever"));
              return live;
            });
    assertThat(written.<String>get("status", "phase")).isEqualTo("whatever");
  }

  @Test
  void salvorItselfIsFree() {
    var salvor = new Fabric8Cluster(clients);
    var ref = Manifests.ref(guarded("db-v2", plugin("{serverName: db}")));
    // the policy of a class before this one, which knows another Salvor, is in effect for some
    // seconds more
    Patience.until(
        Duration.ofSeconds(60),
        () -> "Salvor may not change " + ref.text() + ": " + refusal(salvor, ref),
        () -> refusal(salvor, ref).isEmpty());
  }

  private static Optional<String> refusal(Fabric8Cluster salvor, Ref ref) {
    return salvor.rehearse(salvor.get(ref).orElseThrow().edit().set("/spec/instances", 2).write());
  }

  private void judged(ObjectNode cluster, String spec, String lineage, boolean passes) {
    if (passes) assertThatCode(() -> git(cluster, spec)).as(spec).doesNotThrowAnyException();
    else
      assertThatThrownBy(() -> git(cluster, spec))
          .as(spec)
          .isInstanceOf(ClusterException.Forbidden.class)
          .hasMessageContaining("serverName " + lineage + ";")
          .hasMessageContaining(Marks.LINEAGE);
  }

  /** Somebody else makes the whole spec this one. */
  private void git(ObjectNode cluster, String spec) {
    plane.world().update(spec(cluster, spec));
  }

  private ObjectNode spec(ObjectNode cluster, String spec) {
    var changed = plane.world().get(Manifests.ref(cluster)).orElseThrow();
    changed.set("spec", Manifests.one("{" + spec + "}"));
    return changed;
  }

  private static String plugin(String parameters) {
    return "plugins: [{name: barman-cloud.cloudnative-pg.io, parameters: " + parameters + "}]";
  }

  /** Named db, in a namespace of its own. */
  private ObjectNode guarded(String lineage, String spec) {
    return plane
        .world()
        .create(
            Manifests.one(
                """
                apiVersion: postgresql.cnpg.io/v1
                kind: Cluster
                metadata: {name: db, namespace: %s, annotations: {%s: %s}}
                spec: {%s}
                """
                    .formatted(
                        plane.newNamespace("db-" + UUID.randomUUID().toString().substring(0, 4)),
                        Marks.LINEAGE,
                        lineage,
                        spec)));
  }
}
