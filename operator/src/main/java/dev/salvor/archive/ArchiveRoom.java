package dev.salvor.archive;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Finding.Severity;
import dev.salvor.kube.ClusterReader;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

/**
 * One look into the archive of a Cluster, bounded in time. What the store or the settings refuse
 * comes back as a finding.
 */
record ArchiveRoom(ClusterReader cluster, Archives archives) {
  /** DESIGN 8: a scan of 100,000 keys in 60 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** The open archive. */
  record Reading(ArchiveReader reader, ArchiveAddress address) {
    Recoverability recoverability(Lineage lineage) {
      return new Recoverability(lineage, reader.commits(lineage));
    }
  }

  /** What was read, or why it could not be. */
  sealed interface Outcome<T> {
    record Read<T>(T value) implements Outcome<T> {}

    record Refused<T>(String reason, String message, String remedy) implements Outcome<T> {
      List<Finding> finding(String step) {
        return List.of(new Finding(step, Severity.Refusal, reason, message, remedy));
      }
    }
  }

  <T> Outcome<T> read(Facts facts, BiFunction<Reading, Facts, T> read) {
    return switch (new ArchiveSettings(cluster).of(facts)) {
      case ArchiveSettings.Found.Closed(var reason, var message, var remedy) ->
          new Outcome.Refused<>(reason, message, remedy);
      case ArchiveSettings.Found.Open(var address) -> open(facts, address, read);
    };
  }

  private <T> Outcome<T> open(
      Facts facts, ArchiveAddress address, BiFunction<Reading, Facts, T> read) {
    try (var store = archives.open(address)) {
      var reader = ArchiveReader.of(store, address, PATIENCE);
      return new Outcome.Read<>(read.apply(new Reading(reader, address), facts));
    } catch (ArchiveException failed) {
      return new Outcome.Refused<>(reason(failed.kind()), failed.told(), failed.remedy());
    }
  }

  static String reason(ArchiveException.Kind kind) {
    return switch (kind) {
      case BUCKET_MISSING -> "BucketMissing";
      case FORBIDDEN -> "ArchiveForbidden";
      case WRONG_REGION -> "ArchiveWrongRegion";
      case UNREACHABLE -> "ArchiveUnreachable";
      case TLS -> "ArchiveNotTrusted";
      case BAD_REQUEST -> "ArchiveNotS3";
      case TIMEOUT -> "ArchiveTooSlow";
      case NO_SUCH_KEY -> "ArchiveChanging";
    };
  }
}
