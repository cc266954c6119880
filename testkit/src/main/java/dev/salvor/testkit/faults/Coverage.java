package dev.salvor.testkit.faults;

import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Recorded;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which places in the operator's code that write have met which faults, in the plans that this JVM
 * has played. A place without plans is one that nobody knows to be safe to be killed at.
 */
public final class Coverage {
  /** What every place has to meet. */
  public static final Set<Fault> DEMANDED =
      EnumSet.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.CONFLICT, Fault.LOST_REPLY);

  private static final Map<Place, Set<Fault>> MET = new ConcurrentHashMap<>();

  /**
   * A place that writes.
   *
   * @param site class and line
   * @param delete true for the second request of a destruction; the first one marks the victim
   */
  public record Place(String site, boolean delete) {
    /** Of a write that was recorded. */
    static Place of(Recorded write) {
      return new Place(write.site(), write.verb() == Recorded.Verb.DELETE);
    }

    @Override
    public String toString() {
      return site + (delete ? " (delete)" : "");
    }
  }

  private Coverage() {}

  /** A plan has been played. */
  public static void add(Collection<Recorded> writes) {
    for (var write : writes) {
      if (write.fault() != null && !write.site().isEmpty())
        MET.computeIfAbsent(Place.of(write), _ -> ConcurrentHashMap.newKeySet()).add(write.fault());
    }
  }

  /** Those of the places that have not met all they have to, with what is missing. */
  public static List<String> missing(Collection<Place> places) {
    return places.stream()
        .filter(place -> !missing(place).isEmpty())
        .map(place -> place + " has never met " + missing(place))
        .sorted()
        .toList();
  }

  static Set<Fault> missing(Place place) {
    var missing = EnumSet.copyOf(DEMANDED);
    missing.removeAll(MET.getOrDefault(place, Set.of()));
    return missing;
  }
}
