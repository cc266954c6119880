package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "1Gi,1073741824",
    "1.5Ki,1536",
    "300M,300000000",
    "7,7",
    "1500m,2",
    "1e3,1000",
    "1u,1",
    "2Ei,2305843009213693952",
    "x,0",
    "'',0",
    "Gi,0",
    "99Ei,0"
  })
  void inWholeUnits(String text, long bytes) {
    assertThat(Quantity.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "-1,unknown",
    "0,0 B",
    "12,12 B",
    "1536,1.5 KiB",
    "314572800,300 MiB",
    "3298534883328,3.0 TiB",
    "1125899906842624,1.0 PiB"
  })
  void forPeople(long bytes, String text) {
    assertThat(Quantity.text(bytes)).isEqualTo(text);
  }
}
