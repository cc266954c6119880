package dev.salvor.app;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.salvor.kube.Redaction;
import java.nio.charset.StandardCharsets;

/**
 * Log lines for people, without secrets: the whole line goes through the redaction, with what an
 * exception of a library says (S10).
 */
public final class RedactedText extends PatternLayoutEncoder {
  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = new String(super.encode(event), StandardCharsets.UTF_8);
    return Redaction.of(line).getBytes(StandardCharsets.UTF_8);
  }
}
