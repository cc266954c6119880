package dev.salvor.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.GoDuration;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log may not carry out of the shadow namespace, and what it still must say. */
class RedactionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "PASSWORD=hunter2hunter2",
        "db_password: 'hunter2hunter2'",
        "{\"apiKey\": \"hunter2hunter2\"}",
        "token hunter2hunter2 given as --token hunter2hunter2",
        "Authorization: Bearer hunter2hunter2",
        "postgres://app:hunter2hunter2@db:5432/app",
        "aws_secret_access_key = hunter2hunter2",
        "-----BEGIN RSA PRIVATE KEY-----\nhunter2hunter2\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nhunter2hunter2"
      })
  void takesOut(String line) {
    var redacted = Redaction.of(line);
    assertThat(redacted).contains("***");
    if (!line.startsWith("token ")) assertThat(redacted).doesNotContain("hunter2");
    else assertThat(redacted).endsWith("--token ***");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"
      })
  void takesOutByShape(String secret) {
    assertThat(Redaction.of("got " + secret + " here")).isEqualTo("got *** here");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "row 17 is missing in table accounts",
        "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  users.db",
        "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "GET http://web:8080/health: 200"
      })
  void leaves(String line) {
    assertThat(Redaction.of(line)).isEqualTo(line);
  }

  @ParameterizedTest
  @CsvSource({"10m, 600000", "1h30m, 5400000", "250ms, 250", "1.5s, 1500", "72h, 259200000"})
  void readsDurationsAsGoWritesThem(String text, long millis) {
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void theLineAroundASecretStays() {
    assertThat(Redaction.of("user=app password=x, retrying in 5s"))
        .isEqualTo("user=app password=***, retrying in 5s");
  }
}
