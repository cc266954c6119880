package dev.salvor.postgres;

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
    return change(facts, true);
  }

  /** The same for the way back: what was committed for the recovery is taken back. */
  public static Optional<String> back(Facts facts) {
    return change(facts, false);
  }

  private static Optional<String> change(Facts facts, boolean forward) {
    var postgres = facts.postgres();
    var database = postgres.database();
    var lineage = postgres.lineage();
    if (database == null || lineage == null) return Optional.empty();
    var archive = database.archive();
    var manifest = database.manifest();
    if (archive == null || manifest == null) return Optional.empty();
    var former = Archiving.serverName(manifest);
    if (former.equals(lineage)) return Optional.empty();
    var written =
        Lineage.explicit(manifest).isEmpty()
            ? "(absent, which means " + database.name() + ")"
            : former;
    var wanted = forward ? lineage : former;
    var words =
        """
        # Cluster %s/%s (postgresql.cnpg.io/v1)
        # %s: %s -> %s
        """
            .formatted(
                facts.knownTarget().namespace(),
                database.name(),
                archive.plugin()
                    ? "spec.plugins[name=" + Cnpg.PLUGIN + "].parameters.serverName"
                    : "spec.backup.barmanObjectStore.serverName",
                forward ? written : lineage,
                forward ? lineage : written);
    return Optional.of(
        words
            + (archive.plugin()
                ? PLUGIN.formatted(Cnpg.PLUGIN, scalar(wanted))
                : IN_TREE.formatted(scalar(wanted))));
  }

  /** Without quotes YAML would read {@code 17} or {@code on} as something else than text. */
  private static String scalar(String name) {
    return name.matches("[A-Za-z][A-Za-z0-9]*-[-A-Za-z0-9]+") ? name : '"' + name + '"';
  }
}
