package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A ScheduledBackup or a Pooler on record, and the field that pauses it (cloudnative-pg v1.30.0
 * api/v1/scheduledbackup_types.go, api/v1/pooler_types.go).
 *
 * @param before the fields to give back
 */
record Pausable(Ref ref, String uid, @Nullable ObjectNode before, String pointer) {
  private static final String SUSPEND = "/spec/suspend";
  private static final String PAUSED = "/spec/pgbouncer/paused";

  /** All of them, from {@link Facts#schedules} and {@link Facts#consumers}. */
  static List<Pausable> of(Facts facts) {
    return Stream.concat(
            facts.schedules().stream().map(hold -> of(hold.ref(), hold.uid(), hold.before())),
            facts.consumers().stream()
                .map(consumer -> of(consumer.ref(), consumer.uid(), consumer.before())))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Pausable> of(Ref ref, String uid, @Nullable ObjectNode before) {
    if (Kinds.SCHEDULED_BACKUP.of(ref)) return Optional.of(new Pausable(ref, uid, before, SUSPEND));
    if (Kinds.POOLER.of(ref)) return Optional.of(new Pausable(ref, uid, before, PAUSED));
    return Optional.empty();
  }

  /** The recorded one; one that was made again by somebody is theirs. */
  Optional<Seen> live(ClusterReader cluster) {
    return cluster.get(ref).filter(seen -> seen.uid().equals(uid));
  }
}
