package dev.salvor.testkit.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code testkit/control-plane/build.sh} left in the cache folder.
 *
 * @param binaries kube-apiserver, etcd, kubectl, kube-controller-manager
 * @param crds one folder of YAML per upstream project: velero, flux-source, flux-kustomize,
 *     flux-helm, argocd, external-snapshotter
 */
public record Installation(Path binaries, Path crds) {
  private static final List<String> NEEDED =
      List.of("kube-apiserver", "etcd", "kubectl", "kube-controller-manager");

  /** Empty if it has not been built, or not wholly. */
  public static Optional<Installation> find() {
    var cache = cache().resolve("control-plane");
    var kubernetes = cache.resolve("k8s");
    if (!Files.isDirectory(kubernetes)) return Optional.empty();
    try (var versions = Files.list(kubernetes)) {
      return versions
          .filter(folder -> folder.getFileName().toString().endsWith(platform()))
          .filter(folder -> NEEDED.stream().allMatch(name -> isProgram(folder.resolve(name))))
          .max(Path::compareTo)
          .filter(folder -> Files.isDirectory(cache.resolve("crds")))
          .map(folder -> new Installation(folder, cache.resolve("crds")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line for whoever misses the control plane. */
  public static String missing() {
    return "no control plane in "
        + cache().resolve("control-plane")
        + ": run testkit/control-plane/build.sh once (needs Go), or make test, which does";
  }

  /** The version in the folder's name: {@code 1.34.4}. */
  String version() {
    var name = binaries.getFileName().toString();
    return name.substring(0, name.length() - platform().length());
  }

  Path program(String name) {
    return binaries.resolve(name);
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /** The same answer as in build.sh. */
  private static Path cache() {
    var own = System.getenv("SALVOR_CACHE");
    if (own != null && !own.isEmpty()) return Path.of(own);
    var shared = System.getenv("XDG_CACHE_HOME");
    if (shared != null && !shared.isEmpty()) return Path.of(shared, "salvor");
    return Path.of(System.getProperty("user.home"), ".cache", "salvor");
  }

  private static String platform() {
    var system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return "-"
        + (system.contains("mac") ? "darwin" : system)
        + "-"
        + (arch.equals("aarch64") ? "arm64" : "amd64");
  }
}
