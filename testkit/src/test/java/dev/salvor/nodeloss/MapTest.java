package dev.salvor.nodeloss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.StrandedClaim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The map of a lost node against tables that were written by hand. */
class MapTest {
  @ParameterizedTest
  @ValueSource(strings = {"shapes", "ways", "namesake", "longhorn"})
  void isTheOneDrawnByHand(String name) {
    var drawn = Drawing.of(text(name + ".yaml"));
    assertThat(drawn.rows().stream().map(MapTest::line).collect(Collectors.joining("\n", "", "\n")))
        .isEqualTo(text(name + ".txt"));
  }

  private static String line(StrandedClaim row) {
    return String.join(
        " | ",
        row.text(),
        row.verdict().name(),
        row.way().name(),
        Objects.toString(row.source(), "-"),
        row.reason());
  }

  private static String text(String name) {
    try (var stream = Objects.requireNonNull(MapTest.class.getResourceAsStream(name))) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
