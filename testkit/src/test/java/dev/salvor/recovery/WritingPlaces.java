package dev.salvor.recovery;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.salvor.gitops.GitOpsJanitor;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.testkit.faults.Coverage.Place;
import java.util.Set;
import java.util.TreeSet;

/** Every place in the operator's acts that asks for a write, read from its bytecode. */
final class WritingPlaces {
  private static final Set<String> ROOMS =
      Set.of("gitops", "velero", "volumes", "workloads", "recovery");

  private static final Set<Place> PLACES = places();

  private WritingPlaces() {}

  /** Those of the operator, but for the janitor: no act, and played in GitOpsJanitorTest. */
  static Set<Place> ofTheOperator() {
    return PLACES;
  }

  private static Set<Place> places() {
    var importer = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests());
    var packages = ROOMS.stream().map(room -> "dev.salvor." + room).toArray(String[]::new);
    return in(
        importer
            .importPackages(packages)
            .that(
                com.tngtech.archunit.base.DescribedPredicate.describe(
                    "acts", type -> !type.getName().equals(GitOpsJanitor.class.getName()))));
  }

  /** Those of these classes. */
  static Set<Place> in(JavaClasses classes) {
    var found = new TreeSet<Place>(java.util.Comparator.comparing(Place::toString));
    for (var type : classes) {
      for (var access : type.getAccessesFromSelf()) {
        var owner = access.getTargetOwner();
        var site = type.getName() + ":" + access.getLineNumber();
        if (owner.isAssignableTo(ClusterWriter.class) && named(access, "write"))
          found.add(new Place(site, false));
        if (!owner.isEquivalentTo(Destroyer.class)) continue;
        if (named(access, "destroy") || named(access, "giveBackPolicy"))
          found.add(new Place(site, false));
        if (named(access, "destroy")) found.add(new Place(site, true));
      }
    }
    return found;
  }

  private static boolean named(JavaAccess<?> access, String name) {
    return access.getTarget().getName().equals(name);
  }
}
