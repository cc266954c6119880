package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
  @ParameterizedTest
  @CsvSource({
    "*,shop,true",
    "shop,shop,true",
    "sh*,shop,true",
    "s?op,shop,true",
    "{bank|shop},shop,true",
    "[a-t]hop,shop,true",
    "shop,shops,false",
    "s.op,shop,false"
  })
  void patternsOfNamespaces(String pattern, String namespace, boolean covered) {
    var velero = pattern.replace('|', ',');
    assertThat(new Coverage(List.of(velero), List.of()).covers(namespace)).isEqualTo(covered);
    assertThat(new Coverage(List.of(), List.of(velero)).covers(namespace)).isEqualTo(!covered);
  }

  @Test
  void longNamesAreCutAsVeleroCutsThem() {
    var name = "n".repeat(70);
    assertThat(LabelValue.of(name))
        .hasSize(63)
        .startsWith("n".repeat(57))
        .isNotEqualTo("n".repeat(63));
    assertThat(LabelValue.of("short")).isEqualTo("short");
  }
}
