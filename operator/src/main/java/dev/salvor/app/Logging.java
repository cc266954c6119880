package dev.salvor.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/**
 * How the operator logs, without a file of XML, which takes an eighth of a start to read. Found by
 * logback as a service (manual, chapter 3); a file that is named by {@code
 * -Dlogback.configurationFile}, or a {@code logback-test.xml}, goes before it.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX, UTC} %-5level %logger{0}"
          + " %X{resource.kind}/%X{resource.namespace}/%X{resource.name} %X{recovery.step}"
          + " %msg %kvp%n";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var given = System.getProperty("logback.configurationFile") != null;
    if (given || getClass().getResource("/logback-test.xml") != null)
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    configure(context, System.getenv());
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * @param environment {@code SALVOR_LOG_FORMAT}, checked by {@link Settings}: {@code json}, else
   *     text; {@code SALVOR_LOG_LEVEL}: a level of logback, {@code INFO} by default
   */
  static void configure(LoggerContext context, Map<String, String> environment) {
    var format = environment.getOrDefault("SALVOR_LOG_FORMAT", "text");
    var level = Level.toLevel(environment.getOrDefault("SALVOR_LOG_LEVEL", "INFO"), Level.INFO);
    context.getLogger("dev.salvor").setLevel(level);
    // one line for every destructive request, whatever the level
    context.getLogger("dev.salvor.audit").setLevel(Level.INFO);
    // would write requests with their signatures
    context.getLogger("software.amazon.awssdk").setLevel(Level.WARN);
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setName(format);
    appender.setEncoder(started(context, format.equals("json") ? new RedactedJson() : text()));
    appender.start();
    root.addAppender(appender);
  }

  private static PatternLayoutEncoder text() {
    var text = new RedactedText();
    text.setPattern(LINE);
    return text;
  }

  private static Encoder<ILoggingEvent> started(
      LoggerContext context, Encoder<ILoggingEvent> encoder) {
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }
}
