package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Admission;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The chart's policy {@code <release>-lineage}: a guarded Cluster keeps its serverName. */
public final class LineageGuard implements Admission {
  @Override
  public Optional<ClusterException> refuse(
      @Nullable ObjectNode before, @Nullable ObjectNode after, String user) {
    if (before == null || after == null || user.equals("salvor")) return Optional.empty();
    if (!Kinds.CLUSTER.of(Json.ref(after))) return Optional.empty();
    // an update of the status is none of the Cluster
    if (before.path("spec").equals(after.path("spec"))
        && before.path("metadata").equals(after.path("metadata"))) return Optional.empty();
    var lineage = Json.annotation(before, Marks.LINEAGE);
    if (lineage.isEmpty() || Json.annotation(after, Marks.LINEAGE).isEmpty())
      return Optional.empty();
    for (var plugin : after.at("/spec/plugins")) {
      if (plugin.path("name").asText().equals(Cnpg.PLUGIN)
          && named(plugin.at("/parameters/serverName"), after).equals(lineage))
        return Optional.empty();
    }
    var inTree = after.at("/spec/backup/barmanObjectStore");
    if (inTree.isObject() && named(inTree.path("serverName"), after).equals(lineage))
      return Optional.empty();
    return Optional.of(
        new ClusterException.Forbidden(
            "this Cluster was recovered and archives to serverName "
                + lineage
                + "; with another one its WAL would go into an old archive (annotation "
                + Marks.LINEAGE
                + " guards this until then)"));
  }

  /** Absent it means the name of the Cluster. */
  private static String named(JsonNode serverName, ObjectNode cluster) {
    var name = serverName.asText("");
    return name.isEmpty() ? Json.name(cluster) : name;
  }
}
