package dev.salvor.testkit.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.kube.Json;
import dev.salvor.recovery.Ticker;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process around the operator's own {@link Ticker}.
 *
 * <p>A status that it told itself and that nobody has touched is not read again from its JSON,
 * which was an eighth of all the work; every few turns it is read all the same, and must say what
 * was told.
 */
final class Ticking<R extends Recovery<? extends RecoverySpec>> implements OperatorProcess {
  private static final int READ_ALL_THE_SAME = 8;

  private record Told(JsonNode json, RecoveryStatus status) {}

  private final Class<R> kind;
  private final Ticker<R> ticker;
  private @Nullable Told told;
  private int turns;

  Ticking(Class<R> kind, Ticker<R> ticker) {
    this.kind = kind;
    this.ticker = ticker;
  }

  @Override
  public Turn tick(ObjectNode recovery, Instant now) {
    var read = read(recovery);
    var turn = ticker.tick(read, now);
    if (turn.status().equals(read.getStatus())) return new Turn(Optional.empty(), turn.again());
    ObjectNode json = Json.tree(turn.status());
    // the API server loses nulls: what it stores then is another status
    told = hasNull(json) ? null : new Told(json, turn.status());
    return new Turn(Optional.of(json), turn.again());
  }

  @Override
  public boolean over(ObjectNode recovery, Instant now) {
    return ticker.over(read(recovery), now);
  }

  private R read(ObjectNode json) {
    var known = told;
    if (known == null || json.get("status") != known.json()) return parse(json);
    if (++turns % READ_ALL_THE_SAME == 0) {
      var all = parse(json);
      if (!known.status().equals(all.getStatus()))
        throw new AssertionError("told " + known.status() + "\nread " + all.getStatus());
      return all;
    }
    var rest = json.objectNode();
    rest.setAll(json);
    rest.remove("status");
    var recovery = parse(rest);
    recovery.setStatus(known.status());
    return recovery;
  }

  private R parse(ObjectNode json) {
    try {
      return Json.MAPPER.treeToValue(json, kind);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasNull(JsonNode node) {
    for (var child : node) if (child.isNull() || hasNull(child)) return true;
    return false;
  }
}
