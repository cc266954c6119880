package dev.salvor.testkit.image;

import dev.salvor.testkit.control.ControlPlane;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a kubelet gives to every pod to find the API server with: a token of its service account,
 * the certificate authority, and two variables; elsewhere than a pod has it.
 *
 * @param flags that say where
 */
record PodAccount(List<String> flags, Map<String, String> environment) {
  /** Of a service account that may do everything. */
  static PodAccount make(ControlPlane plane, Path folder) throws IOException {
    plane.apply(
        """
        {apiVersion: v1, kind: ServiceAccount, metadata: {name: salvor, namespace: salvor-system}}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: salvor-everything}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
        subjects: [{kind: ServiceAccount, name: salvor, namespace: salvor-system}]
        """);
    var issued =
        plane
            .admin()
            .serviceAccounts()
            .inNamespace("salvor-system")
            .withName("salvor")
            .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build());
    var token = Files.writeString(folder.resolve("token"), issued.getStatus().getToken());
    var config = plane.adminConfig();
    var server = URI.create(config.getMasterUrl());
    return new PodAccount(
        List.of(
            "-Dkubernetes.auth.serviceAccount.token=" + token,
            "-Dkubernetes.certs.ca.file=" + config.getCaCertFile()),
        Map.of(
            "KUBERNETES_SERVICE_HOST", server.getHost(),
            "KUBERNETES_SERVICE_PORT", Integer.toString(server.getPort()),
            // whoever measures may have a kubeconfig
            "HOME", folder.toString()));
  }
}
