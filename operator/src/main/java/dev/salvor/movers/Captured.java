package dev.salvor.movers;

import dev.salvor.api.VolumeSource.Capture;
import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.engine.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The values that a Job has printed, in the order of {@code spec.source.job.captures}. Secret: they
 * are in no fact, no message and no event, only in Secrets.
 */
record Captured(List<String> values) {
  private static final String GROUP = "value";

  /** Why they cannot be had from this log; empty if they can. Names no value. */
  static Optional<Outcome.Failed> missing(RestoreJob job, JobLog log) {
    for (var capture : job.allCaptures()) {
      var found = values(log.text(), capture);
      if (found.isEmpty() || found.stream().anyMatch(String::isBlank))
        return Optional.of(
            new Outcome.Failed(
                "CaptureMissing",
                "the Job has not printed what belongs into key " + text(capture),
                "Look at its log for what spec.source.job.captures looks for, and correct either"
                    + " in a new recovery"));
      if (found.size() > 1)
        return Optional.of(
            new Outcome.Failed(
                "CaptureAmbiguous",
                "the Job has printed several values for key " + text(capture),
                "Make its pattern in spec.source.job.captures narrower in a new recovery"));
    }
    return Optional.empty();
  }

  /** Only to be called where none is missing. */
  static Captured of(RestoreJob job, JobLog log) {
    var all = new ArrayList<String>();
    for (var capture : job.allCaptures()) all.add(values(log.text(), capture).iterator().next());
    return new Captured(all);
  }

  /** All different ones, line by line. */
  static Set<String> values(String log, Capture capture) {
    var wanted = Pattern.compile(capture.pattern());
    var found = new LinkedHashSet<String>();
    log.lines()
        .forEach(line -> {
          var match = wanted.matcher(line);
          while (match.find()) {
            var value = match.group(GROUP);
            found.add(value == null ? "" : value);
          }
        });
    return found;
  }

  static boolean named(Pattern pattern) {
    return pattern.namedGroups().containsKey(GROUP);
  }

  static String text(Capture capture) {
    return capture.key() + " of Secret " + capture.secret();
  }

  @Override
  public String toString() {
    return "Captured[" + values.size() + "]";
  }
}
