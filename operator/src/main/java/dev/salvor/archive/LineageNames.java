package dev.salvor.archive;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** {@code db}, {@code db-v2}, {@code db-v3}: the lineages of one database, by their names. */
final class LineageNames {
  private static final Pattern NUMBERED = Pattern.compile("(.+)-[vr]([0-9]{1,6})");
  private static final String PLUGIN = "barman-cloud.cloudnative-pg.io";

  private LineageNames() {}

  /** Without {@code -v<n>} or {@code -r<n>}. */
  static String base(String serverName) {
    var parts = NUMBERED.matcher(serverName);
    return parts.matches() ? parts.group(1) : serverName;
  }

  private static int number(String serverName) {
    var parts = NUMBERED.matcher(serverName);
    return parts.matches() ? Integer.parseInt(parts.group(2)) : 1;
  }

  /** The next {@code <base>-v<n>} behind every one of that base. */
  static String next(String serverName, Collection<String> taken) {
    var base = base(serverName);
    var highest =
        taken.stream()
            .filter(name -> base(name).equals(base))
            .mapToInt(LineageNames::number)
            .max()
            .orElse(1);
    return base + "-v" + (Math.max(highest, number(serverName)) + 1);
  }

  /** Those of the same base, the newest first. */
  static List<String> family(String serverName, Collection<String> all) {
    return all.stream()
        .filter(name -> base(name).equals(base(serverName)))
        .sorted(Comparator.comparingInt(LineageNames::number).reversed())
        .toList();
  }

  /** serverNames that Clusters of the whole Kubernetes cluster claim below this path. */
  static Set<String> claimed(ClusterReader cluster, String destinationPath) {
    var names = new TreeSet<String>();
    for (var seen : cluster.list(Kinds.CLUSTER, ""))
      if (paths(cluster, seen).contains(bare(destinationPath))) names.addAll(of(seen));
    return names;
  }

  private static Set<String> paths(ClusterReader cluster, Seen seen) {
    var paths = new TreeSet<String>();
    var inTree = seen.text("/spec/backup/barmanObjectStore/destinationPath");
    if (!inTree.isEmpty()) paths.add(bare(inTree));
    for (var plugin : seen.at("/spec/plugins")) {
      var store = plugin.at("/parameters/barmanObjectName").asText("");
      if (!store.isEmpty())
        cluster
            .get(Kinds.OBJECT_STORE.ref(seen.namespace(), store))
            .map(found -> bare(found.text("/spec/configuration/destinationPath")))
            .ifPresent(paths::add);
    }
    return paths;
  }

  private static String bare(String path) {
    return path.replaceFirst("/+$", "");
  }

  /** Where this Cluster archives to. */
  static Set<String> of(Seen seen) {
    var names = new TreeSet<String>();
    for (var plugin : seen.at("/spec/plugins"))
      if (plugin.path("name").asText().equals(PLUGIN))
        names.add(text(plugin.at("/parameters/serverName"), seen.name()));
    var inTree = seen.at("/spec/backup/barmanObjectStore");
    if (inTree.isObject()) names.add(text(inTree.path("serverName"), seen.name()));
    return names;
  }

  private static String text(JsonNode node, String otherwise) {
    var text = node.asText("");
    return text.isEmpty() ? otherwise : text;
  }
}
