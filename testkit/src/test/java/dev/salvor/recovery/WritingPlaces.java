package dev.salvor.recovery;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.salvor.gitops.GitOpsJanitor;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.testkit.faults.Coverage.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Every place in the operator's acts that asks for a write, read from its bytecode. */
final class WritingPlaces {
  private static final Set<String> ROOMS =
      Set.of(
          "gitops",
          "velero",
          "volumes",
          "workloads",
          "recovery",
          "postgres",
          "archive",
          "nodeloss",
          "galera",
          "movers");

  /**
   * Places that no plan reaches yet. What is repaid is taken off; nothing is put on without a word
   * why.
   */
  static final Map<String, Integer> OWED =
      Map.ofEntries(
          // room tests play them without faults, or once
          Map.entry("HandBackToGit.refresh", 1),
          Map.entry("SuspendGitOps.still", 1),
          Map.entry("CancelRestore.act", 1),
          Map.entry("PauseBackups.act", 1),
          Map.entry("RestoreBackup.expel", 2),
          Map.entry("RestoreBackup.destroy", 2),
          Map.entry("RetainCopies.undo", 1),
          Map.entry("ShadowRemoval.drop", 1),
          Map.entry("SwapVolumes.unbound", 1),
          Map.entry("GiveBack.give", 1),
          Map.entry("Quiet.confirm", 1),
          // deletes what an attempt in place has left, of which the rules of the model say that it
          // is not retained
          Map.entry("Leftovers.next", 2),
          // an attempt that is taken back forgets what its Job has printed; VolumeCapturesTest has
          // a Secret that somebody else has written
          Map.entry("KeepCaptures.act", 1));

  private static final Map<Place, String> PLACES = places();

  private WritingPlaces() {}

  /** Those of the operator, but for the janitor: no act, and played in GitOpsJanitorTest. */
  static Map<Place, String> ofTheOperator() {
    return PLACES;
  }

  private static Map<Place, String> places() {
    // whatever is no class of the operator's is neither a port nor a place
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    var importer = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests());
    return in(
        importer
            .importPackages("dev.salvor")
            .that(
                DescribedPredicate.describe(
                    "acts",
                    type ->
                        ROOMS.contains(room(type))
                            && !type.getName().equals(GitOpsJanitor.class.getName()))));
  }

  private static String room(JavaClass type) {
    return type.getPackageName().replaceFirst("^dev\\.salvor\\.", "");
  }

  /** Those of these classes. */
  static Map<Place, String> in(JavaClasses classes) {
    var found = new HashMap<Place, String>();
    for (var type : classes) {
      for (var access : type.getAccessesFromSelf()) {
        var owner = access.getTargetOwner();
        var site = type.getName() + ":" + access.getLineNumber();
        var method = type.getSimpleName() + "." + access.getOrigin().getName();
        if (owner.isAssignableTo(ClusterWriter.class) && named(access, "write"))
          found.put(new Place(site, false), method);
        if (!owner.isEquivalentTo(Destroyer.class)) continue;
        if (named(access, "destroy") || named(access, "giveBackPolicy"))
          found.put(new Place(site, false), method);
        if (named(access, "destroy")) found.put(new Place(site, true), method);
      }
    }
    return found;
  }

  private static boolean named(JavaAccess<?> access, String name) {
    return access.getTarget().getName().equals(name);
  }
}
