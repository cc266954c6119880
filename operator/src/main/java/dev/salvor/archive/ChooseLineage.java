package dev.salvor.archive;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Finding.Severity;
import dev.salvor.api.PostgresFacts.Diagnosis;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the serverName to archive to from now on: the next free {@code <base>-v<n>} over the
 * whole destination path, with nothing at all below it, and claimed by no Cluster. Nothing in
 * CloudNativePG asks for an empty archive once an instance has archived (postgres.md 1.14), so a
 * name that is taken would mix two histories.
 *
 * @param wanted by the user; null to have one chosen
 */
public record ChooseLineage(
    ClusterReader cluster, Run run, Archives archives, @Nullable String wanted)
    implements Look<Facts> {
  /** Somebody may take names while we choose. */
  private static final int TRIES = 10;

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  private record Choice(@Nullable String lineage, List<Finding> findings) {}

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var diagnosis = facts.postgres().diagnosis();
    if (facts.postgres().database() == null || diagnosis != null && diagnosis != Diagnosis.Diverged)
      return Sight.seen(facts.withFindings(name(), List.of()), "no new lineage is needed");
    return switch (new ArchiveRoom(cluster, archives).read(facts, this::choose)) {
      case ArchiveRoom.Outcome.Refused<Choice> refused ->
          Sight.seen(
              facts
                  .withPostgres(facts.postgres().withLineage(null))
                  .withFindings(name(), facts.refused() ? List.of() : refused.finding(name())),
              refused.message());
      case ArchiveRoom.Outcome.Read<Choice>(var choice) ->
          Sight.seen(
              facts
                  .withPostgres(facts.postgres().withLineage(choice.lineage()))
                  .withFindings(name(), choice.findings()),
              choice.lineage() == null
                  ? "the lineage is taken"
                  : "new lineage " + choice.lineage() + ", proven empty");
    };
  }

  private Choice choose(ArchiveRoom.Reading reading, Facts facts) {
    var own = facts.postgres().knownDatabase().knownArchive().serverName();
    var claimed =
        LineageNames.claimed(
            cluster, facts.postgres().knownDatabase().knownArchive().destinationPath());
    if (wanted != null) {
      if (claimed.contains(wanted))
        return taken("lineage " + wanted + " is the serverName of a Cluster of this cluster");
      if (!reading.reader().isFree(wanted))
        return taken("lineage " + wanted + " is not empty at " + reading.address().text());
      return new Choice(wanted, List.of());
    }
    var known = new ArrayList<String>(reading.reader().lineages());
    known.addAll(claimed);
    for (var i = 0; i < TRIES; i++) {
      var next = LineageNames.next(own, known);
      if (reading.reader().isFree(next)) return new Choice(next, List.of());
      known.add(next);
    }
    return taken("every next name after " + own + " is taken");
  }

  private Choice taken(String message) {
    return new Choice(
        null,
        List.of(
            new Finding(
                name(),
                Severity.Refusal,
                "LineageTaken",
                message + "; archiving there would mix two histories",
                "Leave spec.lineage out to have the next free one chosen, or name one that is empty")));
  }
}
