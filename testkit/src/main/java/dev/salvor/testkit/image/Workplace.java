package dev.salvor.testkit.image;

import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the programs of this package work: a control plane and a folder, gone afterwards. */
final class Workplace {
  private Workplace() {}

  /** What is done there. */
  interface Work {
    /**
     * @param plane has what a start of the operator needs
     * @param folder is empty
     */
    void in(ControlPlane plane, Path folder) throws IOException, InterruptedException;
  }

  /**
   * Ends the process: with 0 once the work is done, with 2 if there is no control plane.
   *
   * @param prefix of the folder's name
   */
  static void open(String prefix, Work work) throws IOException, InterruptedException {
    var installation = Installation.find();
    if (installation.isEmpty()) {
      System.err.println(Installation.missing());
      System.exit(2);
    }
    var folder = Files.createTempDirectory(prefix);
    try (var plane = ControlPlane.start(installation.get())) {
      plane.installOwnCrds();
      plane.apply(
          """
          {apiVersion: v1, kind: Namespace, metadata: {name: salvor-system}}
          ---
          {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
          """);
      work.in(plane, folder);
    } finally {
      new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
    }
    System.exit(0);
  }
}
