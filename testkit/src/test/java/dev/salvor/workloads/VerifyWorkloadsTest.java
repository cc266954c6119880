package dev.salvor.workloads;

import static dev.salvor.workloads.Shop.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.Verification;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Kinds;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whether the application is back (catalogue V2, V3). */
class VerifyWorkloadsTest {
  private final Shop shop = new Shop();
  private final List<URI> asked = new ArrayList<>();
  private HttpProbe.Answer answer = new HttpProbe.Answer.Status(200);

  @Test
  void theEndOfTheOutageIsWhenAllConsumersAreReady() {
    shop.put(Yaml.ALL).cluster.advance(Duration.ZERO);
    var facts = consumers();
    assertThat(notYet(facts, null)).contains("Deployment shop/web: 0 of 2 ready, pod shop/web-");
    shop.cluster.settle();
    var seen = verified(facts, null);
    assertThat(seen.times().outageUntil()).isEqualTo(shop.cluster.now());
    assertThat(seen.findings()).isEmpty();
  }

  @Test
  void whoStaysAtZeroIsNamedWithTheCommand() {
    shop.put(Yaml.WEB).cluster.settle();
    var facts = consumers();
    scaleToZero();
    assertThat(notYet(facts, null))
        .contains("Deployment shop/web is at 0 replicas, before the recovery it had 2")
        .contains("kubectl -n shop scale deployments.apps web --replicas=2");
  }

  @Test
  void kedaMayHaveItsTargetAtZero() {
    shop.put(Yaml.WEB).put(Yaml.KEDA).cluster.settle();
    var facts = consumers();
    scaleToZero();
    verified(facts, null);
  }

  @Test
  void thePodThatDoesNotComeUpIsNamedWithItsReason() {
    shop.kubelet.unpullable("web");
    shop.put(Yaml.WEB).cluster.settle();
    assertThat(notYet(consumers(), null)).contains("container web is in ImagePullBackOff");
    shop.kubelet.exit("db", 1, "");
    shop.put(Yaml.DB).cluster.settle();
    assertThat(notYet(consumers("data-db-0", "data-db-1"), null))
        .contains("pod shop/db-0: container db is in CrashLoopBackOff");
  }

  @Test
  void anUnschedulablePodIsNamed() {
    shop.put(Yaml.WEB);
    shop.cluster.delete(Kinds.PVC.ref("shop", "data"));
    shop.cluster.settle();
    var facts = shop.look(find(), shop.facts("files").withVolumes(List.of(data())));
    assertThat(notYet(facts, null))
        .contains("cannot be scheduled: persistentvolumeclaim \"data\" not found");
  }

  @Test
  void aStartupProbeThatMayTakeLongerThanWeWaitIsNamed() {
    shop.put(
            Yaml.WEB.replace(
                "{name: web, image: web}",
                "{name: web, image: web, startupProbe: {periodSeconds: 10, failureThreshold: 180}}"))
        .cluster
        .advance(Duration.ZERO);
    assertThat(notYet(consumers(), null))
        .contains(
            "its startup probe allows it 30 min, longer than verification.workloadsReady (10 min)");
  }

  @Test
  void aConsumerThatIsGoneIsAWarningAndNoReasonToWait() {
    shop.put(Yaml.WEB).cluster.settle();
    var facts = consumers();
    shop.cluster.delete(Kinds.DEPLOYMENT.ref("shop", "web"));
    assertThat(verified(facts, null).findings())
        .extracting(Finding::reason)
        .containsExactly("ConsumerGone");
  }

  @Test
  void inScopeNamespaceEveryWorkloadCounts() {
    shop.put(Yaml.OTHER)
        .put(Yaml.pod("lonely", "", "Pending").replace("nodeName: node-1", "priority: 0"));
    shop.cluster.advance(Duration.ZERO);
    var verify = new VerifyWorkloads(shop.cluster, _ -> answer, null, Scope.Namespace);
    assertThat(text(verify.look(shop.facts("data"), shop.moment())))
        .contains("Deployment shop/other: 0 of 1 ready")
        .contains("pod shop/lonely");
  }

  @Test
  void aServiceIsAskedAtItsClusterAddress() {
    service("clusterIP: 10.0.0.7");
    verified(shop.facts(), http("/health?full=1", 204), new HttpProbe.Answer.Status(204));
    assertThat(asked).containsExactly(URI.create("http://10.0.0.7:8080/health?full=1"));
  }

  @Test
  void otherAddresses() {
    service("clusterIP: \"fd00::7\"");
    verified(shop.facts(), http("/", null));
    service("clusterIP: None");
    verified(shop.facts(), http("/", null));
    assertThat(asked)
        .containsExactly(
            URI.create("http://[fd00::7]:8080/"), URI.create("http://web.shop.svc:8080/"));
  }

  @Test
  void aServiceThatDoesNotAnswerAsExpectedIsWaitedFor() {
    assertThat(notYet(shop.facts(), http("/", null))).contains("there is no such Service");
    service("clusterIP: 10.0.0.7");
    answer = new HttpProbe.Answer.Status(503);
    assertThat(notYet(shop.facts(), http("/", null))).contains("answers 503 instead of 200");
    answer = new HttpProbe.Answer.Silence("connection refused");
    assertThat(notYet(shop.facts(), http("/", null)))
        .contains("gets no answer: connection refused");
    service("type: ExternalName");
    assertThat(notYet(shop.facts(), http("/", null))).contains("ExternalName");
    assertThat(asked).hasSize(2);
  }

  @Test
  void theDeadlineIsTheUsers() {
    var verification = new Verification("1h30m", null);
    assertThat(
            new VerifyWorkloads(shop.cluster, _ -> answer, verification, Scope.Volumes).deadline())
        .isEqualTo(Duration.ofMinutes(90));
  }

  @Test
  void theProbeOfTheJdkTellsStatusFromSilence() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(302, 5);
          exchange.getResponseBody().write(new byte[5]);
          exchange.close();
        });
    server.start();
    var address = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
    try (var probe = new JdkHttpProbe()) {
      assertThat(probe.get(address)).isEqualTo(new HttpProbe.Answer.Status(302));
      server.stop(0);
      assertThat(probe.get(address)).isInstanceOf(HttpProbe.Answer.Silence.class);
    }
  }

  private FindConsumers find() {
    return new FindConsumers(shop.cluster, RUN, Scope.Volumes);
  }

  private Facts consumers(String... claims) {
    return shop.look(find(), shop.facts(claims.length == 0 ? new String[] {"data"} : claims));
  }

  private static VolumeFacts data() {
    return new VolumeFacts("data", null, null, null, null, null);
  }

  private void scaleToZero() {
    var web = shop.get(Kinds.DEPLOYMENT, "web").json().deepCopy();
    web.withObject("/spec").put("replicas", 0);
    shop.cluster.update(web);
    shop.cluster.settle();
  }

  private void service(String field) {
    shop.put(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {%s}
        """
            .formatted(field));
  }

  private static Verification http(String path, @Nullable Integer status) {
    return new Verification(null, List.of(new Verification.Http("web", 8080, path, status)));
  }

  private Facts verified(Facts facts, Verification verification, HttpProbe.Answer told) {
    answer = told;
    return verified(facts, verification);
  }

  private Facts verified(Facts facts, @Nullable Verification verification) {
    return shop.look(verify(verification), facts);
  }

  private String notYet(Facts facts, @Nullable Verification verification) {
    return text(verify(verification).look(facts, shop.moment()));
  }

  private VerifyWorkloads verify(@Nullable Verification verification) {
    HttpProbe probe =
        address -> {
          asked.add(address);
          return answer;
        };
    return new VerifyWorkloads(shop.cluster, probe, verification, Scope.Volumes);
  }

  private static String text(Sight<Facts> sight) {
    if (sight instanceof Sight.NotYet<Facts>(var message, _, _)) return message;
    throw new AssertionError("it is verified already");
  }
}
