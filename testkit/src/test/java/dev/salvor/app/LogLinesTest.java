package dev.salvor.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.MDC;

/** The operator's own logging, in either format. */
final class LogLinesTest {
  private static final String SECRET = "hunter2hunter2";

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void noSecretPasses(String format) {
    var lines =
        written(
            format,
            log -> {
              MDC.put("recovery.step", "InspectArchive");
              MDC.put("db.password", SECRET);
              var cause = new IllegalStateException("Authorization: Bearer " + SECRET);
              log.atWarn()
                  .addKeyValue("token", SECRET)
                  .addKeyValue("answer", "postgres://app:" + SECRET + "@db/app")
                  .setCause(new IllegalArgumentException("password=" + SECRET, cause))
                  .log("cannot read {}", "https://s3/k?X-Amz-Signature=" + SECRET);
            });
    assertThat(lines)
        .doesNotContain(SECRET)
        .contains("cannot read https://s3/k?X-Amz-Signature=***")
        .contains("IllegalStateException", "InspectArchive", "WARN");
  }

  @Test
  void jsonIsOneFlatObjectPerLine() throws JsonProcessingException {
    var lines =
        written(
            "json",
            log -> {
              MDC.put("resource.name", "back");
              MDC.put("recovery.step", "SwapVolumes");
              log.atInfo().addKeyValue("phase", "Swapping").log("a \"quoted\"\nline");
              log.error("broken", new IllegalStateException("why"));
            });
    var objects = lines.strip().split("\n", -1);
    assertThat(objects).hasSize(2);
    var first = JsonMapper.builder().build().readTree(objects[0]);
    assertThat(first.path("message").asText()).isEqualTo("a \"quoted\"\nline");
    assertThat(first.path("recovery.step").asText()).isEqualTo("SwapVolumes");
    assertThat(first.path("resource.name").asText()).isEqualTo("back");
    assertThat(first.path("phase").asText()).isEqualTo("Swapping");
    assertThat(first.path("level").asText()).isEqualTo("INFO");
    assertThat(first.path("logger").asText()).isEqualTo("dev.salvor.audit");
    assertThat(first.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\S+Z");
    var second = JsonMapper.builder().build().readTree(objects[1]);
    assertThat(second.path("error").asText()).contains("IllegalStateException: why", "at dev.");
  }

  @Test
  void anUnknownFormatIsSaidAtTheStart() {
    assertThatThrownBy(() -> Settings.from(Map.of("SALVOR_LOG_FORMAT", "yaml")))
        .hasMessageContaining("give text or json");
    assertThat(Settings.from(Map.of("SALVOR_LOG_FORMAT", "json")).release()).isEmpty();
  }

  /** What the operator would have written to stdout. */
  private static String written(String format, java.util.function.Consumer<Logger> said) {
    var context = new LoggerContext();
    context.setMDCAdapter(MDC.getMDCAdapter());
    Logging.configure(context, Map.of("SALVOR_LOG_FORMAT", format));
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    assertThat(root.getLevel()).isEqualTo(Level.WARN);
    var appender = (OutputStreamAppender<ILoggingEvent>) root.getAppender(format);
    assertThat(appender).as("the appender of format %s", format).isNotNull();
    var bytes = new ByteArrayOutputStream();
    appender.setOutputStream(bytes);
    try {
      said.accept(context.getLogger("dev.salvor.audit"));
    } finally {
      MDC.clear();
      context.stop();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
