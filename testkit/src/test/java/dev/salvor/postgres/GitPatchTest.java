package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.testkit.Manifests;
import org.junit.jupiter.api.Test;

class GitPatchTest {
  @Test
  void thePluginsParameter() {
    assertThat(GitPatch.of(SwapShop.withPlugin().facts()))
        .hasValue(
            """
            # Cluster shop/db (postgresql.cnpg.io/v1)
            # spec.plugins[name=barman-cloud.cloudnative-pg.io].parameters.serverName: (absent, which means db) -> db-v2
            spec:
              plugins:
                - name: barman-cloud.cloudnative-pg.io
                  parameters:
                    serverName: db-v2
            """);
  }

  @Test
  void theInTreeField() {
    assertThat(GitPatch.of(new SwapShop(false, "db-old").facts()))
        .hasValue(
            """
            # Cluster shop/db (postgresql.cnpg.io/v1)
            # spec.backup.barmanObjectStore.serverName: db-old -> db-v2
            spec:
              backup:
                barmanObjectStore:
                  serverName: db-v2
            """);
  }

  @Test
  void theWayBackNamesTheFormerLineage() {
    assertThat(GitPatch.back(new SwapShop(false, "db-old").facts()))
        .hasValue(
            """
            # Cluster shop/db (postgresql.cnpg.io/v1)
            # spec.backup.barmanObjectStore.serverName: db-v2 -> db-old
            spec:
              backup:
                barmanObjectStore:
                  serverName: db-old
            """);
  }

  @Test
  void namesThatYamlWouldReadOtherwiseAreQuoted() {
    var facts = SwapShop.withPlugin().facts();
    for (var name : new String[] {"17", "on", "null", "1e3", "db.v2", "db_v2", "a-b"}) {
      var patch = GitPatch.of(facts.withPostgres(facts.postgres().withLineage(name)));
      var read = Manifests.one(patch.orElseThrow());
      assertThat(read.at("/spec/plugins/0/parameters/serverName").isTextual()).as(name).isTrue();
      assertThat(read.at("/spec/plugins/0/parameters/serverName").asText()).isEqualTo(name);
    }
  }

  @Test
  void nothingWhereNothingChanges() {
    var facts = SwapShop.withPlugin().facts();
    assertThat(GitPatch.of(facts.withPostgres(facts.postgres().withLineage(null)))).isEmpty();
    assertThat(GitPatch.of(facts.withPostgres(facts.postgres().withLineage("db")))).isEmpty();
  }
}
