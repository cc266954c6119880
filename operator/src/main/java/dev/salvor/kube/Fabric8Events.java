package dev.salvor.kube;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kubernetes Events. The same event said again, also by an operator that was killed in between, has
 * the same name and counts up its series: only that field of an event can be changed (kubernetes
 * pkg/apis/core/validation/events.go). A stalled API server costs at most {@link #TIMEOUT} per
 * event; a flood is cut off.
 */
public final class Fabric8Events implements EventSink {
  /** Limits of events.k8s.io/v1 (kubernetes pkg/apis/core/validation/events.go). */
  private static final int NOTE = 1024;

  private static final int WORD = 128;
  private static final int PER_SECOND = 200;
  private static final int AT_ONCE = 16;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final Logger LOG = LoggerFactory.getLogger(Fabric8Events.class);

  private final Rest rest;
  private final String instance;
  private final Clock clock;
  private final Semaphore permits = new Semaphore(AT_ONCE);
  private Instant window = Instant.EPOCH;
  private int inWindow;

  /**
   * @param instance who speaks: the name of the operator's pod
   */
  public Fabric8Events(Clients clients, String instance, Clock clock) {
    this.rest = new Rest(clients::writing, TIMEOUT);
    this.instance = instance;
    this.clock = clock;
  }

  @Override
  public void publish(
      Ref regarding,
      String regardingUid,
      boolean warning,
      String reason,
      String action,
      String note,
      @Nullable Ref related) {
    if (!admitted() || !permits.tryAcquire()) {
      LOG.debug("event {} of {} left out: too many at once", reason, regarding.text());
      return;
    }
    try {
      var now = MICRO_TIME.format(clock.instant());
      var event = event(regarding, regardingUid, warning, reason, action, note, related, now);
      var namespace = event.at("/metadata/namespace").asText();
      var events = "apis/events.k8s.io/v1/namespaces/" + namespace + "/events";
      try {
        rest.send("POST", events, Rest.JSON, event, "telling " + reason);
      } catch (ClusterException.AlreadyExists e) {
        again(events + "/" + event.at("/metadata/name").asText(), now);
      }
    } catch (RuntimeException e) {
      LOG.debug("event {} of {} was lost", reason, regarding.text(), e);
    } finally {
      permits.release();
    }
  }

  /** Events of a series that two operators raise at once may lose a count: it is only a count. */
  private void again(String path, String now) {
    var deed = "counting an event";
    var known = rest.get(path, deed);
    if (known.isEmpty()) return;
    var patch = JsonNodeFactory.instance.objectNode();
    patch
        .putObject("series")
        .put("count", known.get().at("/series/count").asInt(1) + 1)
        .put("lastObservedTime", now);
    rest.send("PATCH", path, Rest.MERGE_PATCH, patch, deed);
  }

  private ObjectNode event(
      Ref regarding,
      String uid,
      boolean warning,
      String reason,
      String action,
      String note,
      @Nullable Ref related,
      String now) {
    var namespace = regarding.namespace() == null ? "default" : regarding.namespace();
    var event = JsonNodeFactory.instance.objectNode();
    event.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
    event
        .putObject("metadata")
        .put("namespace", namespace)
        .put("name", name(regarding, uid, reason, action, note, related));
    event.put("eventTime", now);
    event.put("type", warning ? "Warning" : "Normal");
    event.put("reason", cut(reason, WORD)).put("action", cut(action, WORD));
    event.put("note", cut(note, NOTE));
    event.put("reportingController", Marks.GROUP + "/salvor");
    event.put("reportingInstance", cut(instance, WORD));
    reference(event.putObject("regarding"), regarding).put("uid", uid);
    if (related != null) reference(event.putObject("related"), related);
    return event;
  }

  private static ObjectNode reference(ObjectNode node, Ref ref) {
    node.put("apiVersion", ref.apiVersion()).put("kind", ref.kind()).put("name", ref.name());
    if (ref.namespace() != null) node.put("namespace", ref.namespace());
    return node;
  }

  /** The note belongs to the name: it could not be changed in an event that exists. */
  private static String name(
      Ref regarding, String uid, String reason, String action, String note, @Nullable Ref related) {
    var said = String.join("\n", uid, reason, action, note, related == null ? "" : related.text());
    var hash = UUID.nameUUIDFromBytes(said.getBytes(StandardCharsets.UTF_8));
    var name = regarding.name();
    return name.substring(0, Math.min(name.length(), 200)) + "." + hash.toString().replace("-", "");
  }

  private synchronized boolean admitted() {
    var now = clock.instant();
    if (Duration.between(window, now).toMillis() >= 1000) {
      window = now;
      inWindow = 0;
    }
    return ++inWindow <= PER_SECOND;
  }

  /** The limits count bytes. */
  private static String cut(String text, int bytes) {
    var whole = text.getBytes(StandardCharsets.UTF_8);
    if (whole.length <= bytes) return text;
    var fitting = CharBuffer.allocate(text.length());
    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(whole, 0, bytes), fitting, false);
    return fitting.flip().toString();
  }
}
