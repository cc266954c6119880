package dev.salvor.archive;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Finding.Severity;
import dev.salvor.api.PostgresFacts.Diagnosis;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says what is wrong with the archive of a living Cluster (postgres.md 3.3): from the bucket, the
 * Cluster's condition {@code ContinuousArchiving}, and, because that condition has barman's exit
 * code and not its words, the primary's log.
 *
 * @param only true if nothing will be mended: then a fault of the store is an answer and no refusal
 */
public record DiagnoseArchive(ClusterReader cluster, Run run, Archives archives, boolean only)
    implements Look<Facts> {
  private static final int LINES = 400;

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  private record Found(Diagnosis diagnosis, String why) {}

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    if (facts.postgres().database() == null)
      return Sight.seen(facts.withFindings(name(), List.of()), "no Cluster to look at");
    var read = new ArchiveRoom(cluster, archives).read(facts, this::diagnose);
    var found =
        switch (read) {
          case ArchiveRoom.Outcome.Refused<Found> refused ->
              new Found(Diagnosis.StoreFault, refused.message() + ". " + refused.remedy());
          case ArchiveRoom.Outcome.Read<Found>(var diagnosed) -> diagnosed;
        };
    var severity =
        found.diagnosis() == Diagnosis.StoreFault && !only ? Severity.Refusal : Severity.Warning;
    var findings = new ArrayList<Finding>();
    if (found.diagnosis() != Diagnosis.Sound)
      findings.add(
          new Finding(name(), severity, reason(found.diagnosis()), found.why(), remedy(found)));
    var known = facts;
    // InspectArchive refuses what is, for a diagnosis, the answer
    if (only) known = known.withFindings("InspectArchive", List.of());
    return Sight.seen(
        known
            .withPostgres(known.postgres().withDiagnosis(found.diagnosis()))
            .withFindings(name(), findings),
        found.diagnosis() + ": " + found.why());
  }

  private static String reason(Diagnosis diagnosis) {
    return switch (diagnosis) {
      case Sound -> "ArchiveSound";
      case MarkerOnly -> "ArchiveMarkerOnly";
      case Gap -> "ArchiveGap";
      case Diverged -> "ArchiveDiverged";
      case StoreFault -> "ArchiveStoreFault";
    };
  }

  private static String remedy(Found found) {
    return switch (found.diagnosis()) {
      case StoreFault ->
          "Mend the store, its credentials or its certificate; archiving goes on by itself then";
      case MarkerOnly, Gap, Diverged -> "mode: Repair mends it after your approval";
      case Sound -> "Nothing is to be done";
    };
  }

  private Found diagnose(ArchiveRoom.Reading reading, Facts facts) {
    var database = facts.postgres().knownDatabase();
    var name = database.knownArchive().serverName();
    var lineage = reading.reader().read(name);
    var stranger = stranger(database, lineage);
    if (stranger.isPresent()) return new Found(Diagnosis.Diverged, stranger.get());
    var failing = failing(facts, database);
    if (failing.isPresent()) {
      var words = words(facts, database);
      if (words.contains("Expected empty archive"))
        return new Found(
            Diagnosis.MarkerOnly,
            "archiving fails with \"Expected empty archive\", but lineage "
                + name
                + " is this database's own, up to timeline "
                + lineage.newestTimeline());
      return new Found(Diagnosis.StoreFault, "archiving fails: " + cause(words, failing.get()));
    }
    return whole(reading, lineage, name);
  }

  /** The archive can be read and WAL arrives: is there an unbroken way back? */
  private static Found whole(ArchiveRoom.Reading reading, Lineage lineage, String name) {
    if (lineage.usableBackups().isEmpty())
      return new Found(
          Diagnosis.Gap,
          "lineage " + name + " has no usable base backup: nothing can be recovered");
    var newest = reading.recoverability(lineage).intervals();
    if (newest.isEmpty())
      return new Found(Diagnosis.Gap, "WAL that the base backups of " + name + " need is missing");
    var last = newest.getFirst();
    var end = lineage.segmentsOf(last.timeline()).highest();
    if (end.isPresent() && end.getAsLong() > last.lastWal().number())
      return new Found(
          Diagnosis.Gap, "WAL is missing in " + name + " behind segment " + last.lastWal().name());
    return new Found(
        Diagnosis.Sound, "lineage " + name + " is whole up to " + last.lastWal().name());
  }

  /** Another system, or a timeline that this database does not know. */
  private static Optional<String> stranger(DatabaseFacts database, Lineage lineage) {
    var own = database.systemId();
    for (var id : lineage.systemIds())
      if (own != null && !id.equals(own))
        return Optional.of(
            "lineage "
                + lineage.serverName()
                + " holds base backups of another database: system identifier "
                + id
                + ", this one has "
                + own);
    if (database.timeline() > 0 && lineage.newestTimeline() > database.timeline())
      return Optional.of(
          "lineage "
              + lineage.serverName()
              + " has timeline "
              + lineage.newestTimeline()
              + ", this database is on "
              + database.timeline()
              + ": another history has been archived there");
    return Optional.empty();
  }

  /** The message of the condition; empty while archiving does not fail. */
  private Optional<String> failing(Facts facts, DatabaseFacts database) {
    var seen = cluster.get(Kinds.CLUSTER.ref(facts.knownTarget().namespace(), database.name()));
    if (seen.isEmpty()) return Optional.empty();
    var archiving = seen.get().condition("ContinuousArchiving");
    return archiving.path("status").asText().equals("False")
        ? Optional.of(archiving.path("message").asText())
        : Optional.empty();
  }

  private String words(Facts facts, DatabaseFacts database) {
    var primary = database.primary();
    if (primary == null) return "";
    var pod = Kinds.POD.ref(facts.knownTarget().namespace(), primary);
    return cluster.log(pod, "plugin-barman-cloud", LINES) + cluster.log(pod, "postgres", LINES);
  }

  /** The store's own words if the log has them, without anything that may be a secret. */
  private static String cause(String words, String condition) {
    for (var sign :
        List.of(
            "NoSuchBucket",
            "AccessDenied",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "certificate verify failed",
            "Could not connect to the endpoint",
            "No space left on device")) if (words.contains(sign)) return sign;
    return BackupInfo.printable(condition);
  }
}
