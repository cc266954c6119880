package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import java.util.Optional;

/**
 * What has to change in Git, so that what it renders equals the recovered Cluster: the {@code
 * serverName} alone. Without it GitOps would send the new timeline into the old lineage.
 */
public final class GitPatch {
  private static final String PLUGIN =
      """
      spec:
        plugins:
          - name: %s
            parameters:
              serverName: %s
      """;

  private static final String IN_TREE =
      """
      spec:
        backup:
          barmanObjectStore:
            serverName: %s
      """;

  private GitPatch() {}

  /** A merge patch in YAML, with the change in words as a comment; empty if nothing changes. */
  public static Optional<String> of(Facts facts) {
    return changed(facts)
        .map(manifest -> {
          var before = Lineage.explicit(manifest);
          return text(
              facts,
              before.isEmpty()
                  ? "(absent, which means " + facts.postgres().knownDatabase().name() + ")"
                  : before,
              facts.postgres().knownLineage());
        });
  }

  /** The way back, for an undo: the serverName from before, written out. */
  public static Optional<String> back(Facts facts) {
    return changed(facts)
        .map(_ -> {
          var archive = facts.postgres().knownDatabase().knownArchive();
          return text(facts, facts.postgres().knownLineage(), archive.serverName());
        });
  }

  /** What Git had before; empty if the serverName stays what it was. */
  private static Optional<ObjectNode> changed(Facts facts) {
    var postgres = facts.postgres();
    var database = postgres.database();
    var lineage = postgres.lineage();
    if (database == null || lineage == null || database.archive() == null) return Optional.empty();
    return Optional.ofNullable(database.manifest())
        .filter(manifest -> !Archiving.serverName(manifest).equals(lineage));
  }

  private static String text(Facts facts, String from, String to) {
    var database = facts.postgres().knownDatabase();
    var plugin = database.knownArchive().plugin();
    var words =
        """
        # Cluster %s/%s (postgresql.cnpg.io/v1)
        # %s: %s -> %s
        """
            .formatted(
                facts.knownTarget().namespace(),
                database.name(),
                plugin
                    ? "spec.plugins[name=" + Cnpg.PLUGIN + "].parameters.serverName"
                    : "spec.backup.barmanObjectStore.serverName",
                from,
                to);
    return words
        + (plugin ? PLUGIN.formatted(Cnpg.PLUGIN, scalar(to)) : IN_TREE.formatted(scalar(to)));
  }

  /** Without quotes YAML would read {@code 17} or {@code on} as something else than text. */
  private static String scalar(String name) {
    return name.matches("[A-Za-z][A-Za-z0-9]*-[-A-Za-z0-9]+") ? name : '"' + name + '"';
  }
}
