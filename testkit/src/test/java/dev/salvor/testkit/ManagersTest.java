package dev.salvor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagersTest {
  private static final String OBJECT =
      "{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {a: b}}, spec: {x: 1}, status: %s}";

  /** What is said once for a status is what comes of looking at the whole object. */
  @ParameterizedTest
  @ValueSource(strings = {"salvor", "kubelet", "nobody-yet"})
  void aStatusIsTakenOverAsAnyOtherFieldIs(String teller) {
    var born = Manifests.one(OBJECT.formatted("{phase: Pending}"));
    var first = Managers.NONE.after("kubelet", "Update", null, born, null);
    var applied = first.after("salvor", "Apply", born, born, Manifests.one(OBJECT.formatted("{}")));
    var told = Manifests.one(OBJECT.formatted("{phase: Running}"));
    var again = applied.after("salvor", "Update", born, told, null);
    assertThat(again).isNotEqualTo(applied);
    var now = Manifests.one(OBJECT.formatted("{phase: Succeeded}"));
    for (var before : List.of(first, applied))
      assertThat(before.told(teller)).isEqualTo(before.after(teller, "Update", born, now, null));
    assertThat(again.told(teller)).isEqualTo(again.after(teller, "Update", told, now, null));
  }
}
