package dev.salvor.galera;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Manifests;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From what mariadb-operator tells of the members that are left: the one to begin with. */
class SourceTest {
  private static final String ZERO = "00000000-0000-0000-0000-000000000000";

  /**
   * {@code state}, then {@code recovered}, as history:seqno by member; what is chosen, or why not.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          db-0        | db-0=a:-1          |                     | db-0
          db-0        |                    |                     | not told
          db-0        | db-0=0:-1          |                     | not told
          db-0        | db-0=a:-1          | db-0=0:-1           | did not end
          db-0 db-1   | db-0=a:-1 db-1=a:-1 |                    | not told
          db-0 db-1   | db-0=a:-1 db-1=a:-1 | db-0=a:7 db-1=a:9  | db-1
          db-0 db-1   | db-0=a:-1 db-1=a:-1 | db-0=a:9 db-1=a:7  | db-0
          db-0 db-1   | db-0=a:8 db-1=a:3   |                    | db-0
          db-0 db-1   | db-0=a:-1 db-1=a:-1 | db-0=a:9           | not told
          db-0 db-1   | db-0=a:-1 db-1=b:-1 | db-0=a:7 db-1=b:9  | one history
          db-0 db-1   | db-0=a:-1 db-1=0:-1 | db-0=a:7 db-1=0:-1 | db-0
          db-0 db-1   | db-0=0:-1 db-1=0:-1 | db-0=0:-1 db-1=0:-1 | did not end
          db-0 db-2   | db-0=a:5 db-1=a:9 db-2=a:6 |             | db-2
          """)
  void isTheOneThatHasMost(String left, String state, String recovered, String expected) {
    var source = Source.choose(List.of(left.split(" ")), galera(state, recovered));
    switch (source) {
      case Source.Found(var pod, _) -> assertThat(pod).isEqualTo(expected);
      case Source.Unknown(var why) -> assertThat(why).contains(expected);
    }
  }

  private static Galera galera(String state, String recovered) {
    var object = Manifests.one("{apiVersion: k8s.mariadb.com/v1alpha1, kind: MariaDB}");
    for (var way : List.of("state", "recovered")) {
      var told = way.equals("state") ? state : recovered;
      if (told == null) continue;
      for (var member : told.split(" ")) {
        var parts = member.split("[=:]");
        object
            .withObject("/status/galeraRecovery/" + way + "/" + parts[0])
            .put("uuid", parts[1].equals("0") ? ZERO : parts[1])
            .put("seqno", Long.parseLong(parts[2]));
      }
    }
    return new Galera(new Seen(Kinds.MARIADB.ref("bank", "db"), object));
  }
}
