package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnControlPlane
final class Fabric8EventsTest {
  private static final Kind EVENT = new Kind("events.k8s.io/v1", "Event", "events", true);

  private final ControlPlane plane;
  private final Clients clients;
  private final Fabric8Events events;
  private String namespace = "";

  Fabric8EventsTest(ControlPlane plane) {
    this.plane = plane;
    this.clients = plane.clients();
    this.events = new Fabric8Events(clients, "salvor-0", Clock.systemUTC());
  }

  @BeforeEach
  void namespace() {
    namespace = plane.newNamespace("events");
  }

  @AfterEach
  void close() {
    clients.close();
  }

  @Test
  void theSameSaidAgainCounts() {
    for (var i = 0; i < 3; i++) say("Started", "restoring", null);
    assertThat(said())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.at("/series/count").asInt()).isEqualTo(3);
          assertThat(event.at("/regarding/uid").asText()).isEqualTo("uid-1");
          assertThat(event.at("/reportingInstance").asText()).isEqualTo("salvor-0");
          assertThat(event.at("/type").asText()).isEqualTo("Normal");
        });
  }

  @Test
  void everyVictimHasItsOwnEvent() {
    say("Deleting", "deleting", Kinds.PVC.ref(namespace, "a"));
    say("Deleting", "deleting", Kinds.PVC.ref(namespace, "b"));
    assertThat(said())
        .extracting(event -> event.at("/related/name").asText())
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aLongNoteIsCutAtABoundaryBetweenCharacters() {
    say("Started", "é".repeat(900), null);
    assertThat(said())
        .singleElement()
        .satisfies(event -> assertThat(event.path("note").asText()).isEqualTo("é".repeat(512)));
  }

  @Test
  void anEventThatCannotBeWrittenIsLostInSilence() {
    var nowhere = Kinds.NAMESPACE_RESTORE.ref(namespace + "-not", "r");
    events.publish(nowhere, "uid-1", true, "Failed", "Step", "lost", null);
    assertThat(said()).isEmpty();
  }

  private void say(String reason, String note, @Nullable Ref related) {
    var recovery = Kinds.NAMESPACE_RESTORE.ref(namespace, "r");
    events.publish(recovery, "uid-1", false, reason, "RestoreBeside", note, related);
  }

  private List<ObjectNode> said() {
    return plane.world().list(EVENT, namespace);
  }
}
