package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import dev.salvor.testkit.Manifests;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeenTest {
  private static Seen told(String time) {
    var object = Manifests.one("{apiVersion: v1, kind: ConfigMap, metadata: {name: told}}");
    object.withObject("/status").put("at", time);
    return new Seen(Manifests.ref(object), object);
  }

  @Test
  void whatIsNoTimeIsNone() {
    assertThat(told("2026-01-01T00:00:00Z").time("/status/at"))
        .contains(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(told("2026-01-01T01:00:00.25+01:00").time("/status/at"))
        .contains(Instant.parse("2026-01-01T00:00:00.250Z"));
    // anybody may write an annotation: it must not stop a recovery
    assertThat(told("soon").time("/status/at")).isEmpty();
    assertThat(told("").time("/status/at")).isEmpty();
    assertThat(told("").time("/status/never")).isEmpty();
  }

  /** A pointer may be made of a name, and there is no end to names. */
  @Test
  void notEveryPointerIsKept() {
    var pointers = new Pointers(2);
    for (var round = 0; round < 2; round++)
      for (var name : List.of("a", "b", "c", "d"))
        assertThat(pointers.of("/data/" + name)).isEqualTo(JsonPointer.compile("/data/" + name));
    assertThat(pointers.size()).isEqualTo(2);
    assertThatThrownBy(() -> pointers.of("data")).isInstanceOf(IllegalArgumentException.class);
  }
}
