package dev.salvor.e2e;

import java.nio.file.Path;
import java.time.Duration;

/** The part of {@link Evidence} that CloudNativePG leaves: its objects, and what its pods said. */
final class DatabaseEvidence {
  private static final String KINDS =
      "clusters.postgresql.cnpg.io,backups.postgresql.cnpg.io,scheduledbackups.postgresql.cnpg.io,poolers.postgresql.cnpg.io,objectstores.barmancloud.cnpg.io";

  private DatabaseEvidence() {}

  static void collect(Shell shell, Path folder) {
    var there =
        shell.run(
            Duration.ofSeconds(30), "", "kubectl", "get", "crd", Database.KIND, "--no-headers");
    if (!there.ok()) return;
    Evidence.save(shell, folder, "cnpg.yaml", "get", KINDS, "-A", "-o", "yaml");
    Evidence.save(shell, folder, "cnpg-services.txt", "get", "services,endpointslices", "-A");
    Evidence.save(
        shell,
        folder,
        "cnpg-operator.log",
        "-n",
        "cnpg-system",
        "logs",
        "deployment/cnpg-controller-manager",
        "--tail=5000");
    Evidence.save(
        shell,
        folder,
        "barman-plugin.log",
        "-n",
        "cnpg-system",
        "logs",
        "deployment/barman-cloud",
        "--tail=2000");
    var pods =
        shell
            .run(
                Duration.ofSeconds(30),
                "",
                "kubectl",
                "get",
                "pods",
                "-A",
                "-l",
                "cnpg.io/cluster",
                "-o",
                "jsonpath={range .items[*]}{.metadata.namespace}{\" \"}{.metadata.name}{\"\\n\"}{end}")
            .output();
    pods.lines()
        .map(line -> line.split(" "))
        .filter(parts -> parts.length == 2)
        .forEach(parts ->
            Evidence.save(
                shell,
                folder,
                "pod-" + parts[0] + "-" + parts[1] + ".log",
                "-n",
                parts[0],
                "logs",
                parts[1],
                "--all-containers",
                "--prefix",
                "--tail=4000"));
  }
}
