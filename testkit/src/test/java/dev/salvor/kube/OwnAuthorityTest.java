package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

/** Nobody but the cluster's own authority says who the API server is. */
@OnControlPlane
final class OwnAuthorityTest {
  private final ControlPlane plane;

  OwnAuthorityTest(ControlPlane plane) {
    this.plane = plane;
  }

  @Test
  void theAuthoritiesOfTheJvmAreNotBelievedBesideTheOneThatWasTold() {
    var config = plane.adminConfig();
    assertThat(believed(config)).as("what fabric8 makes of it").hasSizeGreaterThan(1);
    assertThat(OwnAuthority.alone(config, () -> believed(config))).hasSize(1);
    assertThat(Path.of(config.getTrustStoreFile())).as("left behind").doesNotExist();
  }

  @Test
  void whoIsToldNoneBelievesThoseOfTheJvm() {
    var config = new ConfigBuilder(Config.empty()).withMasterUrl("https://localhost:1/").build();
    var usual = believed(config);
    assertThat(usual).hasSizeGreaterThan(1);
    assertThat(OwnAuthority.alone(config, () -> believed(config))).hasSameSizeAs(usual);
  }

  @Test
  void aFileOfAuthoritiesIsLeftAsItIs() {
    var config = plane.adminConfig();
    config.setTrustStoreFile("/no/such/file");
    assertThatThrownBy(() -> OwnAuthority.alone(config, () -> believed(config)))
        .hasMessageContaining("/no/such/file");
  }

  private static List<X509Certificate> believed(Config config) {
    try {
      return Stream.of(SSLUtils.trustManagers(config))
          .map(X509TrustManager.class::cast)
          .flatMap(manager -> Stream.of(manager.getAcceptedIssuers()))
          .toList();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
