package dev.salvor.e2e;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The kube-controller-manager of the tool's cluster, which is a process of this machine. */
record ControllerManager(ProcessHandle process) {
  static Optional<ControllerManager> find() {
    return ProcessHandle.allProcesses()
        .filter(process ->
            process
                .info()
                .command()
                .orElse("")
                .endsWith("/salvor-cluster/bin/kube-controller-manager"))
        .findFirst()
        .map(ControllerManager::new);
  }

  /** Stops it (SIGSTOP) until the result is closed. */
  Stopped stopped() {
    signal("-STOP");
    return new Stopped(this);
  }

  private void signal(String signal) {
    new Shell(Map.of())
        .run(Duration.ofSeconds(5), "", "kill", signal, Long.toString(process.pid()));
  }

  /** Goes on when it is closed. */
  record Stopped(ControllerManager of) implements AutoCloseable {
    @Override
    public void close() {
      of.signal("-CONT");
    }
  }
}
