package dev.salvor.movers;

import dev.salvor.api.SourceFacts.Snapshot;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a mover printed, as VolSync keeps it: the last KiB of the lines that it finds worth keeping,
 * blank if it could not read the log (volsync v0.14.0 internal/controller/utils/podlogs.go,
 * internal/controller/mover/restic/logfilter.go).
 */
record MoverLog(String text) {
  /**
   * restic up to 0.17 prints {@code restoring <Snapshot 4a98c25e of [/data] at … by root@volsync>
   * to .}, restic 0.18 {@code restoring snapshot 4a98c25e of …}.
   */
  private static final Pattern RESTORING =
      Pattern.compile(
          "^\\s*restoring <?[sS]napshot ([0-9a-f]+) of .* at (.+?) by ", Pattern.MULTILINE);

  /** The last line of each restore of the kopia mover that has restored something. */
  private static final Pattern KOPIA =
      Pattern.compile("Snapshot restore completed", Pattern.CASE_INSENSITIVE);

  private static final DateTimeFormatter GO_TIME =
      DateTimeFormatter.ofPattern(
          "yyyy-MM-dd HH:mm:ss[.SSSSSSSSS][.SSSSSSSS][.SSSSSSS][.SSSSSS][.SSSSS][.SSSS][.SSS][.SS][.S] xx",
          Locale.ROOT);

  /**
   * True if the mover says itself that it found nothing: it calls that a success (volsync#1211).
   */
  boolean foundNothing() {
    return text.contains("No eligible snapshots") || text.contains("No data will be restored");
  }

  /** The snapshot that was restored to the end; empty without positive proof of it. */
  Optional<Snapshot> restored(String mover) {
    if (foundNothing()) return Optional.empty();
    if (mover.equals("kopia"))
      return KOPIA.matcher(text).find()
          ? Optional.of(new Snapshot("unknown", null))
          : Optional.empty();
    var found = RESTORING.matcher(text);
    if (!found.find() || !text.contains("Restic completed in")) return Optional.empty();
    return Optional.of(new Snapshot(found.group(1), time(found.group(2)).orElse(null)));
  }

  /** {@code 2026-11-21 23:43:28.874271535 +0000 UTC}, as Go prints a time. */
  private static Optional<Instant> time(String go) {
    var parts = go.strip().split(" ");
    if (parts.length < 3) return Optional.empty();
    try {
      return Optional.of(
          OffsetDateTime.parse(parts[0] + " " + parts[1] + " " + parts[2], GO_TIME).toInstant());
    } catch (DateTimeParseException other) {
      return Optional.empty();
    }
  }
}
