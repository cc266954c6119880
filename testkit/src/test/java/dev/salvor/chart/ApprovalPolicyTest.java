package dev.salvor.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Clients;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Fabric8Cluster;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import dev.salvor.testkit.control.Patience;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who asks for a recovery and who says yes to it: the chart's roles for people and its policy. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApprovalPolicyTest {
  private static final Set<String> KINDS =
      Set.of("ClusterRole", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding");

  private final ControlPlane plane;
  private final String space;
  private final List<ObjectNode> applied;
  private final Clients asking;
  private final Clients approving;

  ApprovalPolicyTest(ControlPlane plane) {
    this.plane = plane;
    this.space = plane.newNamespace("approval");
    var text = Chart.find().template().set("crds.enabled", "false").withName(space).call();
    this.applied = Manifests.parse(text).stream().filter(ApprovalPolicyTest::approves).toList();
    applied.forEach(plane.world()::apply);
    this.asking = person("requester");
    this.approving = person("approver");
    Patience.until(
        Duration.ofSeconds(30),
        () -> "the policy has no effect",
        () -> new Fabric8Cluster(asking).rehearse(approval(restore("{}"))).isPresent());
  }

  private static boolean approves(ObjectNode object) {
    var name = object.at("/metadata/name").asText();
    return KINDS.contains(object.path("kind").asText())
        && Stream.of("-approval", "-requester", "-approver").anyMatch(name::endsWith);
  }

  @AfterAll
  void close() {
    asking.close();
    approving.close();
    plane.world().deleteAll(applied);
  }

  @Test
  void whoMayOnlyAskMayNotSayYes() {
    var made = restore("{}");
    assertThatThrownBy(() -> new Fabric8Cluster(asking).write(approval(made)))
        .isInstanceOf(ClusterException.Forbidden.class)
        .hasMessageContaining("may not approve plans of namespacerestores")
        .hasMessageContaining("-approver). Leave approvedPlan");
    var approved = new Fabric8Cluster(approving).write(approval(made));
    assertThat(approved.text("/spec/approvedPlan")).isEqualTo("0123456789ab");
    // what somebody approved another may still change elsewhere, abort for one
    var aborted = approved.edit().set("/spec/abort", true).write();
    assertThat(new Fabric8Cluster(asking).write(aborted).flag("/spec/abort")).isTrue();
  }

  @Test
  void automaticIsAnApprovalToo() {
    var automatic = "{approval: Automatic, notAfter: '2030-01-01T00:00:00Z'}";
    assertThatThrownBy(() -> create(asking, automatic))
        .isInstanceOf(ClusterException.Forbidden.class)
        .hasMessageContaining("may not approve");
    assertThat(create(asking, "{approval: Required}").text("/spec/approval")).isEqualTo("Required");
  }

  /** A kind of the whole cluster has no namespace to ask for. */
  @Test
  void aLostNodeIsApprovedInTheSameWay() {
    var made =
        plane
            .world()
            .create(
                Manifests.one(
                    "{apiVersion: recovery.salvor.dev/v1alpha1, kind: NodeLossRecovery, metadata: {name: %s}, spec: {nodeName: n}}"
                        .formatted(space)));
    plane.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s-requester}
        subjects: [{kind: ServiceAccount, name: requester, namespace: %1$s}]
        """
            .formatted(space));
    var asked = new Seen(Manifests.ref(made), made);
    assertThatThrownBy(() -> new Fabric8Cluster(asking).write(approval(asked)))
        .isInstanceOf(ClusterException.Forbidden.class)
        .hasMessageContaining("may not approve plans of nodelossrecoveries");
    plane.world().delete(asked.ref());
  }

  private Seen create(Clients who, String spec) {
    return new Fabric8Cluster(who).write(new Write.Create(manifest(spec)));
  }

  private Seen restore(String spec) {
    var made = plane.world().create(manifest(spec));
    return new Seen(Manifests.ref(made), made);
  }

  private ObjectNode manifest(String spec) {
    var object =
        Manifests.one(
            """
            apiVersion: recovery.salvor.dev/v1alpha1
            kind: NamespaceRestore
            metadata: {generateName: r-, namespace: %s}
            spec: {backup: {name: b}}
            """
                .formatted(space));
    object.withObject("/spec").setAll(Manifests.one(spec));
    object.withObject("/metadata").put("name", "r-" + Math.abs(System.nanoTime()));
    return object;
  }

  private static Write approval(Seen restore) {
    return restore.edit().set("/spec/approvedPlan", "0123456789ab").write();
  }

  private Clients person(String role) {
    plane.apply(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: %1$s, namespace: %2$s}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: %1$s, namespace: %2$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %2$s-%1$s}
        subjects: [{kind: ServiceAccount, name: %1$s, namespace: %2$s}]
        """
            .formatted(role, space));
    return plane.clientsAs(space, role);
  }

  @Test
  void theKindsAreAllThere() {
    var objects = Chart.find().rendered(java.util.Map.of());
    var policy =
        Chart.of(objects, "ValidatingAdmissionPolicy").stream()
            .filter(one -> one.at("/metadata/name").asText().equals("salvor-approval"))
            .findFirst()
            .orElseThrow();
    assertThat(policy.at("/spec/matchConstraints/resourceRules/0/resources"))
        .extracting(node -> node.asText())
        .containsExactlyInAnyOrderElementsOf(
            Kinds.ALL.stream()
                .filter(kind -> kind.group().equals("recovery.salvor.dev"))
                .map(kind -> kind.plural())
                .toList());
  }
}
