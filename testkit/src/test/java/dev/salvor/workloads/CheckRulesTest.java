package dev.salvor.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Check;
import dev.salvor.api.Finding;
import dev.salvor.testkit.Manifests;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a check may not ask for (swap.md H3, H7, H12). */
class CheckRulesTest {
  private static final String GOOD =
      """
      spec:
        template:
          spec:
            containers:
            - name: check
              image: busybox
              CONTAINER: x
            POD: x
      """;

  private static final String VOLUMES =
      "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}, {name: t, emptyDir: {}}]";

  @Test
  void anOrdinaryCheckIsRun() {
    assertThat(CheckRules.broken(check("", ""))).isEmpty();
  }

  @Test
  void aTemplateWithoutContainersIsNot() {
    var check = new Check("rows", Manifests.one("{spec: {template: {spec: {}}}}"), null, null);
    assertThat(CheckRules.broken(check)).singleElement().asString().contains("containers is empty");
  }

  @Test
  void thePlanSaysItBeforeAnythingIsCopied() {
    var shop = new Shop();
    var review = new ReviewChecks(List.of(check("hostPID: true", ""), check("", "")));
    assertThat(shop.look(review, shop.facts("data")).findings())
        .extracting(Finding::message)
        .containsExactly("check rows would not be run: hostPID is not allowed");
    assertThat(shop.look(review, shop.facts("files")).findings())
        .extracting(Finding::message)
        .contains("check rows would not be run: claim data is not restored");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hostNetwork: true                                       | hostNetwork is not allowed
          hostPID: true                                           | hostPID is not allowed
          hostIPC: true                                           | hostIPC is not allowed
          nodeName: n1                                            | nodeName is not allowed
          priorityClassName: high                                 | priorityClassName is not allowed
          serviceAccountName: admin                               | serviceAccountName admin is not allowed
          serviceAccount: admin                                   | serviceAccount admin is not allowed
          volumes: [{name: h, hostPath: {path: /}}]               | volume h is a hostPath
          volumes: [{name: s, secret: {secretName: s}}]           | volume s is a secret
          volumes: [{name: c, configMap: {name: c}}]              | volume c is a configMap
          volumes: [{name: p, projected: {}}]                     | volume p is a projected
          volumes: [{name: e, ephemeral: {}}]                     | volume e is a ephemeral
          initContainers: [{name: i, securityContext: {privileged: true}}] | container i: privileged
          """)
  void thePodMayNot(String field, String reason) {
    assertThat(CheckRules.broken(check(field, ""))).anyMatch(why -> why.contains(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          securityContext: {privileged: true}                                    | privileged is not allowed
          securityContext: {capabilities: {add: [SYS_ADMIN]}}                    | added capabilities
          securityContext: {procMount: Unmasked}                                 | procMount is not allowed
          ports: [{containerPort: 80, hostPort: 80}]                             | hostPort is not allowed
          volumeDevices: [{name: data, devicePath: /dev/x}]                      | set mutates: true
          envFrom: [{secretRef: {name: s}}]                                      | envFrom names objects
          env: [{name: PW, valueFrom: {secretKeyRef: {name: s, key: k}}}]        | variable PW
          env: [{name: C, valueFrom: {configMapKeyRef: {name: s, key: k}}}]      | variable C
          """)
  void aContainerMayNot(String field, String reason) {
    assertThat(CheckRules.broken(check("", field))).singleElement().asString().contains(reason);
  }

  private static Check check(String pod, String container) {
    var text = GOOD.replace("POD: x", pod.isEmpty() ? VOLUMES : pod);
    text = text.replace("CONTAINER: x", container);
    return new Check("rows", Manifests.one(text), null, null);
  }
}
