package dev.salvor.archive;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What can be reached on each timeline, and which timelines are worth naming: the tips, whose own
 * WAL is part of no other's history.
 */
final class Branches {
  private final Lineage lineage;

  /** Goal -> reaches, by the end of the backup. */
  private final SortedMap<Long, List<Reach>> reaches = new TreeMap<>();

  private final List<Long> tips = new ArrayList<>();

  Branches(Lineage lineage, List<BackupInfo> backups) {
    this.lineage = lineage;
    var goals = new TreeSet<>(lineage.histories().keySet());
    goals.addAll(lineage.segments().keySet());
    for (var goal : goals) {
      if (!lineage.canBeReached(goal)) continue;
      var found = new ArrayList<Reach>();
      for (var backup : backups)
        Route.between(backup.timeline(), goal, lineage)
            .flatMap(route -> Reach.of(backup, route, lineage))
            .ifPresent(found::add);
      if (!found.isEmpty()) reaches.put(goal, List.copyOf(found));
    }
    for (var goal : reaches.sequencedKeySet().reversed()) if (ownTip(goal)) tips.add(goal);
    tips.sort(Comparator.comparing(this::lastUpload).thenComparing(goal -> goal).reversed());
  }

  /** The one with the newest WAL first. */
  List<Long> tips() {
    return tips;
  }

  /** Those that get to this timeline, by the end of the backup; empty if none does. */
  List<Reach> to(long goal) {
    return reaches.getOrDefault(goal, List.of());
  }

  boolean none() {
    return reaches.isEmpty();
  }

  /**
   * Timelines with WAL that no reach gets to and no tip contains: what is on them is lost to
   * whoever recovers to {@code latest}.
   */
  List<Long> stranded() {
    return lineage.segments().keySet().stream()
        .filter(timeline -> !tips.contains(timeline))
        .filter(timeline -> tips.stream().noneMatch(tip -> contains(tip, timeline)))
        .toList();
  }

  private boolean ownTip(long goal) {
    return to(goal).stream().anyMatch(reach -> reach.last().timeline() == goal)
        && tips.stream().noneMatch(tip -> contains(tip, goal));
  }

  /** True if all WAL of a timeline is in the history of the tip. */
  private boolean contains(long tip, long timeline) {
    var history = lineage.histories().get(tip);
    if (history == null) return false;
    var highest = lineage.segmentsOf(timeline).highest();
    return history.switches().stream()
        .anyMatch(one ->
            one.parent() == timeline
                && (highest.isEmpty()
                    || highest.getAsLong() < one.at().segment(lineage.segmentSize())));
  }

  private Instant lastUpload(long timeline) {
    return lineage.lastUpload(timeline).orElse(Instant.EPOCH);
  }
}
