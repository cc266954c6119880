package dev.salvor.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a Cluster that was recovered under its own name the bootstrap and the externalClusters that
 * Git knows. They are read only while a Cluster is not initialized (postgres.md 1.4), but a
 * recovery stanza beside the {@code initdb} of Git would be refused by the webhook, and Git then
 * differs in the serverName alone.
 */
public record GiveBackBootstrap(ClusterWriter cluster, Run run) implements Act<Facts> {
  private static final List<String> STANZAS = List.of("/spec/bootstrap", "/spec/externalClusters");

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var found = Recorded.read(cluster, facts);
    if (found.isEmpty()) return Recorded.changed(cluster, facts);
    var live = found.get();
    var manifest = facts.postgres().knownDatabase().knownManifest();
    if (!live.seen().at("/spec/externalClusters/0/name").asText("").equals(RecoveryStanza.SOURCE))
      return Outcome.done("bootstrap is that of Git");
    if (live.primary().isEmpty() || live.systemId().isEmpty())
      return Outcome.waiting(live.seen().ref().text() + " has not come up yet: " + live.story());
    var edit = live.seen().edit();
    for (var stanza : STANZAS) edit.set(stanza, present(manifest.at(stanza)));
    cluster.write(edit.write());
    return Outcome.wrote("bootstrap and externalClusters are those of before the recovery");
  }

  private static @Nullable JsonNode present(JsonNode value) {
    return value.isMissingNode() ? null : value.deepCopy();
  }
}
