package dev.salvor.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Redaction;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object per line, without secrets: {@code time}, {@code level}, {@code logger}, {@code
 * thread}, {@code message}, {@code error} with the stack trace, and beside them the keys of the MDC
 * and of the event. Flat, unlike logback's JsonEncoder: what collects logs indexes top-level keys.
 * Each value is redacted before it is quoted, for a redacted line might not be JSON any more.
 */
public final class RedactedJson extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = JsonNodeFactory.instance.objectNode();
    event.getMDCPropertyMap().forEach((key, value) -> put(line, key, value));
    var pairs = event.getKeyValuePairs();
    if (pairs != null)
      for (KeyValuePair pair : pairs) put(line, pair.key, String.valueOf(pair.value));
    line.put("time", event.getInstant().toString());
    line.put("level", event.getLevel().toString());
    line.put("logger", event.getLoggerName());
    line.put("thread", event.getThreadName());
    line.put("message", Redaction.of(Objects.requireNonNullElse(event.getFormattedMessage(), "")));
    var thrown = event.getThrowableProxy();
    if (thrown != null) line.put("error", Redaction.of(ThrowableProxyUtil.asString(thrown)));
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** A key may be what tells that its value is a secret. */
  private static void put(ObjectNode line, String key, String value) {
    var secret = !Redaction.of(key + "=x").equals(key + "=x");
    line.put(key, secret ? "***" : Redaction.of(value));
  }
}
