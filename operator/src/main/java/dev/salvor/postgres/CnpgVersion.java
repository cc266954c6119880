package dev.salvor.postgres;

import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Version of the CloudNativePG operator, which brings its instance manager into every pod. */
record CnpgVersion(int major, int minor, int patch) implements Comparable<CnpgVersion> {
  /** Label of the operator's Deployment in its manifest, its chart and its OLM bundle. */
  static final Map<String, String> OPERATOR = Map.of("app.kubernetes.io/name", "cloudnative-pg");

  private static final Pattern NUMBER = Pattern.compile("(?:^|[:v])([0-9]+)\\.([0-9]+)\\.([0-9]+)");

  private static final Comparator<CnpgVersion> ORDER =
      Comparator.comparingInt(CnpgVersion::major)
          .thenComparingInt(CnpgVersion::minor)
          .thenComparingInt(CnpgVersion::patch);

  /**
   * What runs now: by the image of the operator; else the newest that has touched the Cluster's
   * pods and claims; else what the schema of the CRD gives away. Empty if nothing tells.
   */
  static Optional<CnpgVersion> read(ClusterReader cluster, String namespace, String name) {
    return operators(cluster).stream()
        .flatMap(operator -> images(operator).map(CnpgVersion::parse).flatMap(Optional::stream))
        .max(ORDER)
        .or(() -> touched(cluster, namespace, name))
        .or(() -> schema(cluster));
  }

  /** The operator's Deployments; none where Salvor may not look, or it was installed otherwise. */
  static List<Seen> operators(ClusterReader cluster) {
    try {
      return cluster.list(Kinds.DEPLOYMENT, "", OPERATOR);
    } catch (ClusterException.Forbidden hidden) {
      return List.of();
    }
  }

  /** {@code 1.29.1}, {@code v1.29.1} or an image with such a tag. */
  static Optional<CnpgVersion> parse(String text) {
    var found = NUMBER.matcher(text.replaceFirst("@.*", ""));
    if (!found.find()) return Optional.empty();
    return Optional.of(
        new CnpgVersion(
            Integer.parseInt(found.group(1)),
            Integer.parseInt(found.group(2)),
            Integer.parseInt(found.group(3))));
  }

  /**
   * True for the versions whose plugin recovery stays on the timeline of the base backup, without a
   * word (cloudnative-pg #10818).
   */
  boolean losesTimelines() {
    return in(27, 3, 4) || in(28, 1, 3) || in(29, 0, 1);
  }

  /** True for versions in which a failed recovery hangs without being told (#11035, #11039). */
  boolean hangsSilently() {
    return compareTo(new CnpgVersion(1, 28, 4)) < 0 || in(29, 0, 1);
  }

  private boolean in(int series, int first, int last) {
    return major == 1 && minor == series && patch >= first && patch <= last;
  }

  @Override
  public int compareTo(CnpgVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }

  private static Stream<String> images(Seen operator) {
    return operator.at("/spec/template/spec/containers").findValuesAsText("image").stream();
  }

  private static Optional<CnpgVersion> touched(
      ClusterReader cluster, String namespace, String name) {
    return Stream.of(Kinds.POD, Kinds.PVC)
        .flatMap(kind -> cluster.list(kind, namespace, Map.of(Cnpg.CLUSTER, name)).stream())
        .map(seen -> parse(seen.annotation(Cnpg.OPERATOR_VERSION)))
        .flatMap(Optional::stream)
        .max(ORDER);
  }

  private static Optional<CnpgVersion> schema(ClusterReader cluster) {
    var crd = cluster.get(Kinds.CUSTOM_RESOURCE_DEFINITION.ref("clusters.postgresql.cnpg.io"));
    if (crd.isEmpty()) return Optional.empty();
    for (var version : crd.get().at("/spec/versions"))
      if (version.at("/schema/openAPIV3Schema/properties/spec/properties").has("primaryLease"))
        return Optional.of(new CnpgVersion(1, 30, 0));
    return Optional.empty();
  }
}
