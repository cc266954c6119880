package dev.salvor.testkit.faults;

import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Recorded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

  /** Where a place is, {@code Quiet.confirm}: lines move. */
  private static final Map<Place, String> DEMANDED_OF = new ConcurrentHashMap<>();

  private static final Map<String, Integer> OWED = new ConcurrentHashMap<>();

  private Coverage() {}

  /**
   * At the end of this JVM {@code target/places-without-plans.txt} names those of these places that
   * no plan has reached, whatever played it; {@code make test} fails if it names one.
   *
   * @param places each with the method that it is in
   * @param owed methods, with how many of their places are known to be without plans
   */
  public static void demand(Map<Place, String> places, Map<String, Integer> owed) {
    if (DEMANDED_OF.isEmpty()) Runtime.getRuntime().addShutdownHook(new Thread(Coverage::write));
    DEMANDED_OF.putAll(places);
    OWED.putAll(owed);
  }

  private static void write() {
    var unmet = new TreeMap<String, List<Place>>();
    DEMANDED_OF.forEach((place, method) -> {
      if (!missing(place).isEmpty())
        unmet.computeIfAbsent(method, _ -> new ArrayList<>()).add(place);
    });
    var lines = new ArrayList<String>();
    unmet.forEach((method, places) -> {
      if (places.size() > OWED.getOrDefault(method, 0)) lines.addAll(missing(places));
    });
    try {
      var folder = Files.createDirectories(Path.of("target"));
      Files.write(folder.resolve("places-without-plans.txt"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

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
