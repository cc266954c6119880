package dev.salvor;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Fenced;
import dev.salvor.kube.Rehearsal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The walls of the house (docs/architecture.md): who may know whom, and who may destroy. */
@AnalyzeClasses(packages = "dev.salvor", importOptions = DoNotIncludeTests.class)
class WallsTest {
  @ArchTest
  static final ArchRule THE_ENGINE_KNOWS_NOBODY =
      noClasses()
          .that(resideInAPackage("dev.salvor.engine.."))
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.salvor..")
                  .and(
                      com.tngtech.archunit.base.DescribedPredicate.not(
                          resideInAPackage("dev.salvor.engine..")))
                  .or(resideInAPackage("io.fabric8..")));

  @ArchTest
  static final ArchRule ONLY_KUBE_AND_APP_TOUCH_THE_CLIENT =
      noClasses()
          .that(
              resideInAnyPackage(
                  "dev.salvor.engine..",
                  "dev.salvor.gitops..",
                  "dev.salvor.workloads..",
                  "dev.salvor.volumes..",
                  "dev.salvor.velero..",
                  "dev.salvor.postgres..",
                  "dev.salvor.nodeloss..",
                  "dev.salvor.galera..",
                  "dev.salvor.movers..",
                  "dev.salvor.recovery.."))
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.fabric8.kubernetes.client..")
                  .and(
                      com.tngtech.archunit.base.DescribedPredicate.not(
                          com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName(
                              "CustomResource"))));

  @ArchTest
  static final ArchRule GITOPS = room("gitops", "workloads", "volumes", "velero", "postgres");

  @ArchTest
  static final ArchRule WORKLOADS = room("workloads", "gitops", "volumes", "velero", "postgres");

  @ArchTest
  static final ArchRule VOLUMES = room("volumes", "gitops", "workloads", "velero", "postgres");

  @ArchTest
  static final ArchRule VELERO = room("velero", "gitops", "workloads", "volumes", "postgres");

  @ArchTest
  static final ArchRule POSTGRES = room("postgres", "gitops", "workloads", "volumes", "velero");

  @ArchTest
  static final ArchRule NODELOSS =
      room(
          "nodeloss",
          "galera",
          "movers",
          "gitops",
          "workloads",
          "volumes",
          "velero",
          "postgres",
          "archive");

  @ArchTest
  static final ArchRule GALERA =
      room(
          "galera",
          "movers",
          "nodeloss",
          "gitops",
          "workloads",
          "volumes",
          "velero",
          "postgres",
          "archive");

  @ArchTest
  static final ArchRule MOVERS =
      room(
          "movers",
          "galera",
          "gitops",
          "workloads",
          "volumes",
          "velero",
          "postgres",
          "archive",
          "nodeloss");

  @ArchTest
  static final ArchRule KUBE_KNOWS_THE_API_ONLY =
      noClasses()
          .that(resideInAPackage("dev.salvor.kube.."))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "dev.salvor.engine..",
                  "dev.salvor.gitops..",
                  "dev.salvor.workloads..",
                  "dev.salvor.volumes..",
                  "dev.salvor.velero..",
                  "dev.salvor.postgres..",
                  "dev.salvor.recovery..",
                  "dev.salvor.app.."));

  /** S1, D4: one class destroys. */
  @ArchTest
  static final ArchRule ONLY_THE_DESTROYER_DELETES =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(Destroyer.class.getName())
          .and()
          .doNotHaveFullyQualifiedName(Rehearsal.class.getName())
          .and()
          // hands on what the Destroyer calls
          .doNotHaveFullyQualifiedName(Fenced.class.getName())
          .should()
          .callMethod(ClusterWriter.class, "delete", dev.salvor.api.Victim.class, String.class)
          .orShould()
          .callMethod(ClusterWriter.class, "expel", dev.salvor.api.Victim.class, String.class);

  /** A field that a newer Salvor wrote must not break an older one's watch. */
  @ArchTest
  static final ArchRule RECORDS_OF_THE_API_IGNORE_WHAT_THEY_DO_NOT_KNOW =
      classes()
          .that()
          .resideInAPackage("dev.salvor.api..")
          .and()
          .areRecords()
          .should()
          .beAnnotatedWith(JsonIgnoreProperties.class);

  @ArchTest
  static final ArchRule NO_JUNK_DRAWERS =
      noClasses()
          .that(resideInAPackage("dev.salvor.."))
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager");

  private static ArchRule room(String room, String... others) {
    var forbidden = new ArrayList<String>();
    for (var other : others) forbidden.add("dev.salvor." + other + "..");
    forbidden.add("dev.salvor.recovery..");
    forbidden.add("dev.salvor.app..");
    return noClasses()
        .that(resideInAPackage("dev.salvor." + room + ".."))
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden.toArray(String[]::new)));
  }

  @Test
  void filesStayShort() throws IOException {
    var tooLong = new ArrayList<String>();
    var seen = 0;
    for (var module : new String[] {"crds", "operator", "testkit", "e2e"}) {
      var sources = Path.of("..", module, "src");
      if (!Files.exists(sources)) continue;
      try (var files = Files.walk(sources)) {
        for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          seen++;
          var lines = Files.readAllLines(file).size();
          if (lines > 300) tooLong.add(file + ": " + lines);
        }
      }
    }
    assertThat(seen).isGreaterThan(50);
    assertThat(tooLong).isEmpty();
  }

  /**
   * One act makes one write per call; sleeping or a clock of its own would break what the journal
   * promises.
   */
  @Test
  void stepsNeitherSleepNorReadAClock() throws IOException {
    var forbidden =
        Pattern.compile(
            "Thread\\.sleep|Instant\\.now\\(|System\\.currentTimeMillis|System\\.nanoTime");
    var step = Pattern.compile("(Look|Act|Guard)<Facts>");
    var found = new ArrayList<String>();
    for (var room :
        new String[] {
          "engine",
          "gitops",
          "workloads",
          "volumes",
          "velero",
          "nodeloss",
          "galera",
          "movers",
          "recovery"
        }) {
      try (var files = Files.walk(Path.of("src/main/java/dev/salvor", room))) {
        for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          var source = Files.readString(file);
          if (step.matcher(source).find() && forbidden.matcher(source).find()) {
            found.add(file.toString());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }
}
