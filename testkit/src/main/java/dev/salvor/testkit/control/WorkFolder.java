package dev.salvor.testkit.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;

/**
 * Where one control plane keeps its data, certificates and logs; in memory where the system offers
 * that. kube-api-test cannot give etcd any flags, so the programs are started through small scripts
 * that add some.
 */
record WorkFolder(Path path) {
  private static final String PREFIX = "salvor-control-plane-";
  private static final Path MEMORY = Path.of("/dev/shm");

  static WorkFolder create(Installation installation, List<String> apiServerFlags) {
    try {
      sweep();
      var mark = PREFIX + ProcessHandle.current().pid() + "-";
      var work =
          new WorkFolder(
              Files.isWritable(MEMORY)
                  ? Files.createTempDirectory(MEMORY, mark)
                  : Files.createTempDirectory(mark));
      var programs =
          Files.createDirectories(
              work.path.resolve("k8s").resolve(installation.binaries().getFileName()));
      Files.createSymbolicLink(programs.resolve("kubectl"), installation.program("kubectl"));
      // nothing here has to survive a power cut
      work.script(
          programs.resolve("etcd"),
          installation.program("etcd"),
          List.of(
              "--unsafe-no-fsync",
              "--data-dir=" + work.path.resolve("data"),
              "--wal-dir=" + work.path.resolve("wal")));
      work.script(
          programs.resolve("kube-apiserver"),
          installation.program("kube-apiserver"),
          apiServerFlags);
      Certificates.write(work.path);
      return work;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Later flags win over those of kube-api-test; nobody else on the network shall reach it. */
  private void script(Path script, Path program, List<String> flags) throws IOException {
    var name = script.getFileName().toString();
    var quoted = new StringBuilder();
    flags.forEach(flag -> quoted.append(" '").append(flag).append('\''));
    Files.writeString(
        script,
        """
        #!/bin/sh
        echo $$ >'%s'
        for arg in "$@"; do
            shift
            set -- "$@" "$(printf %%s "$arg" | sed 's#//0\\.0\\.0\\.0:#//127.0.0.1:#')"
        done
        exec '%s' "$@"%s >>'%s' 2>&1
        """
            .formatted(path.resolve(name + ".pid"), program, quoted, log(name)));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Path log(String program) {
    return path.resolve(program + ".log");
  }

  /** What a JVM that was killed left running. */
  private static void sweep() throws IOException {
    if (!Files.isWritable(MEMORY)) return;
    try (var folders = Files.list(MEMORY)) {
      for (var folder :
          folders.filter(f -> f.getFileName().toString().startsWith(PREFIX)).toList()) {
        var owner = folder.getFileName().toString().substring(PREFIX.length()).split("-")[0];
        if (owner.matches("\\d+") && ProcessHandle.of(Long.parseLong(owner)).isEmpty())
          new WorkFolder(folder).delete();
      }
    }
  }

  /** Ends what still runs out of this folder, by the ids that were written down, and removes it. */
  void delete() {
    try (var files = Files.list(path)) {
      for (var file : files.filter(f -> f.toString().endsWith(".pid")).toList()) {
        var pid = Files.readString(file).strip();
        if (!pid.isEmpty())
          ProcessHandle.of(Long.parseLong(pid))
              .filter(this::isOurs)
              .ifPresent(ProcessHandle::destroyForcibly);
      }
      remove();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Process ids are used again; our programs have this folder in their arguments. */
  private boolean isOurs(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains(path.toString());
  }

  private void remove() throws IOException {
    try (var tree = Files.walk(path)) {
      for (var file : tree.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    }
  }
}
