package dev.salvor.testkit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import org.junit.jupiter.api.Test;

class ResourceModifierTest {
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: web-1
        namespace: shop
        labels: {app: web, team: blue}
      spec:
        containers: [{name: main, image: nginx}]
      """;

  @Test
  void aMergePatchAddsAGate() {
    var pod = Manifests.one(POD);
    var errors =
        modifier(
                """
                version: v1
                resourceModifierRules:
                - conditions: {groupResource: pods, namespaces: [shop]}
                  mergePatches:
                  - patchData: '{"spec":{"schedulingGates":[{"name":"held"}]},"metadata":{"labels":{"team":null}}}'
                """)
            .apply(pod, "pods", false);
    assertThat(errors).isEmpty();
    assertThat(pod.at("/spec/schedulingGates/0/name").asText()).isEqualTo("held");
    assertThat(pod.at("/metadata/labels").has("team")).isFalse();
    assertThat(pod.at("/metadata/labels/app").asText()).isEqualTo("web");
  }

  @Test
  void aValueIsAStringThatMayBeJson() {
    var pod = Manifests.one(POD);
    var errors =
        modifier(
                """
                version: v1
                resourceModifierRules:
                - conditions: {groupResource: pods, resourceNameRegex: ^web-1$}
                  patches:
                  - {operation: replace, path: /spec/containers, value: '[{"name":"hold"}]'}
                  - {operation: add, path: /spec/automountServiceAccountToken, value: "false"}
                  - {operation: add, path: /metadata/labels/number, value: '"7"'}
                """)
            .apply(pod, "pods", false);
    assertThat(errors).isEmpty();
    assertThat(pod.at("/spec/containers/0/name").asText()).isEqualTo("hold");
    assertThat(pod.at("/spec/automountServiceAccountToken").isBoolean()).isTrue();
    assertThat(pod.at("/metadata/labels/number").isTextual()).isTrue();
  }

  @Test
  void aRuleThatFailsLeavesTheObjectAsItWasAndTheNextRuleIsTried() {
    var pod = Manifests.one(POD);
    var errors =
        modifier(
                """
                version: v1
                resourceModifierRules:
                - conditions: {groupResource: pods}
                  patches:
                  - {operation: add, path: /metadata/labels/first, value: "done"}
                  - {operation: add, path: /spec/initContainers/1, value: '{"name":"hold"}'}
                - conditions: {groupResource: pods}
                  mergePatches:
                  - patchData: '{"metadata":{"labels":{"second":"done"}}}'
                """)
            .apply(pod, "pods", false);
    assertThat(errors).hasSize(1);
    assertThat(pod.at("/metadata/labels").has("first")).isFalse();
    assertThat(pod.at("/metadata/labels/second").asText()).isEqualTo("done");
  }

  @Test
  void conditionsAreAskedOfTheOriginal() {
    var pod = Manifests.one(POD);
    modifier(
            """
            version: v1
            resourceModifierRules:
            - conditions: {groupResource: pods, namespaces: [shop]}
              mergePatches:
              - patchData: '{"metadata":{"labels":{"app":"other"}}}'
            - conditions: {groupResource: pods, labelSelector: {matchLabels: {app: web}}}
              mergePatches:
              - patchData: '{"metadata":{"labels":{"matched":"yes"}}}'
            - conditions: {groupResource: pods, namespaces: [elsewhere]}
              mergePatches:
              - patchData: '{"metadata":{"labels":{"matched":"no"}}}'
            """)
        .apply(pod, "pods", false);
    assertThat(pod.at("/metadata/labels/matched").asText()).isEqualTo("yes");
  }

  @Test
  void twoFamiliesInOneRuleAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            modifier(
                """
                version: v1
                resourceModifierRules:
                - conditions: {groupResource: pods}
                  patches: [{operation: remove, path: /spec/a}]
                  mergePatches: [{patchData: '{}'}]
                """));
  }

  private static ResourceModifier modifier(String rules) {
    ObjectNode configMap = Json.manifest(Kinds.CONFIG_MAP, "velero", "rules");
    configMap.putObject("data").put("rules.yaml", rules);
    return ResourceModifier.of(configMap);
  }
}
