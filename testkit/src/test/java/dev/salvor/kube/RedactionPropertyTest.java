package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No secret of these shapes passes, whatever its characters and whatever stands around it, and what
 * stands around it does.
 */
final class RedactionPropertyTest {
  private static final int ROUNDS = 300;
  private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String DIGITS = "0123456789";
  private static final String HEX = DIGITS + "abcdef";
  private static final String WORD = UPPER + UPPER.toLowerCase(java.util.Locale.ROOT) + DIGITS;
  private static final String URL_SAFE = WORD + "-_";
  private static final String TOKEN = URL_SAFE + ".~+/";
  private static final List<String> AROUND =
      List.of("%s", "got %s here", "GET failed: %s", "[%s]", "(%s), retrying in 5s", "\"%s\"");

  /** A secret, and how it comes to be in a text. */
  enum Shape {
    AWS_KEY_ID(16, 16, UPPER + DIGITS, secret -> "AKIA" + secret),
    AWS_SECRET_KEY(40, 40, WORD + "/+", secret -> "aws_secret_access_key=" + secret),
    AWS_SESSION_TOKEN(60, 400, WORD + "/+", secret -> "AWS_SESSION_TOKEN=" + secret),
    SIGNATURE_V4(
        64,
        64,
        HEX,
        secret ->
            "https://s3.example/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature="
                + secret
                + "&x-id=GetObject"),
    SIGNATURE_V2(
        28, 28, WORD + "/+", secret -> "https://s3.example/b/k?Signature=" + secret + "&Expires=1"),
    SIGNED_SECURITY_TOKEN(
        80, 200, WORD + "%", secret -> "https://s3.example/b?X-Amz-Security-Token=" + secret),
    AZURE_SIGNATURE(
        43, 43, WORD + "%", secret -> "https://x.blob.example/c?sv=2021&sig=" + secret + "&se=1"),
    AUTHORIZATION_HEADER(
        64, 64, HEX, secret -> "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=" + secret),
    BEARER(8, 900, TOKEN, secret -> "Authorization: Bearer " + secret),
    BEARER_ALONE(8, 900, TOKEN, secret -> "bearer " + secret),
    SERVICE_ACCOUNT_TOKEN(
        20, 300, URL_SAFE, secret -> "eyJhbGciOiJSUzI1NiJ9." + secret + "." + secret),
    PASSWORD_IN_URL(
        1,
        40,
        URL_SAFE + ".~!$&'()*+,;=%",
        secret -> "postgresql://app:" + secret + "@db:5432/app"),
    PASSWORD_IN_DSN(
        1, 40, WORD, secret -> "host=db user=app password=" + secret + " sslmode=require"),
    PASSWORD_IN_JSON(1, 40, WORD + " ,;{}", secret -> "{\"password\": \"" + secret + "\"}"),
    SECRET_AS_JSON(
        6,
        200,
        TOKEN,
        secret ->
            "{\"kind\":\"Secret\",\"data\":{\"ca.crt\":\""
                + base64(secret)
                + "\"},\"metadata\":{\"name\":\"x\"}}"),
    SECRET_AS_YAML(
        6,
        200,
        TOKEN,
        secret ->
            "apiVersion: v1\nkind: Secret\ndata:\n  ca.crt: "
                + base64(secret)
                + "\n  other: eA\nmetadata: {name: x}\n"),
    SECRET_AS_OBJECT(
        6,
        200,
        TOKEN,
        secret -> "Secret(apiVersion=v1, data={ca.crt=" + base64(secret) + "}, kind=Secret)"),
    PADDED_BASE64(10, 10, TOKEN, secret -> base64(secret)),
    PRIVATE_KEY_IN_BASE64(
        60, 400, WORD, secret -> base64("-----BEGIN EC PRIVATE KEY-----\n" + secret)),
    DOCKER_CONFIG_IN_BASE64(
        60, 400, WORD, secret -> base64("{\"auths\":{\"r\":{\"auth\":\"" + secret + "\"}}}"));

    private final int least;
    private final int most;
    private final String alphabet;
    private final Function<String, String> text;

    Shape(int least, int most, String alphabet, Function<String, String> text) {
      this.least = least;
      this.most = most;
      this.alphabet = alphabet;
      this.text = text;
    }

    private String draw(SplittableRandom luck) {
      var length = luck.nextInt(least, most + 1);
      var secret = new StringBuilder();
      for (var i = 0; i < length; i++)
        secret.append(alphabet.charAt(luck.nextInt(alphabet.length())));
      return secret.toString();
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesNotPass(Shape shape) {
    var luck = new SplittableRandom(shape.ordinal());
    for (var round = 0; round < ROUNDS; round++) {
      var secret = shape.draw(luck);
      var carrier = shape.text.apply(secret);
      var around = AROUND.get(luck.nextInt(AROUND.size()));
      var text = around.replace("%s", carrier);
      var redacted = Redaction.of(text);
      // a short one may be in the words around it
      var passes =
          secret.length() > 5 && (redacted.contains(secret) || redacted.contains(base64(secret)));
      if (passes || !redacted.contains("***"))
        fail("%s, round %d: %s became %s".formatted(shape, round, text, redacted));
    }
  }

  /** Twice redacted is as once redacted: a line may pass here more than once. */
  @ParameterizedTest
  @EnumSource
  void isStable(Shape shape) {
    var luck = new SplittableRandom(shape.ordinal() + 100L);
    for (var round = 0; round < 50; round++) {
      var once = Redaction.of(shape.text.apply(shape.draw(luck)));
      assertThat(Redaction.of(once)).isEqualTo(once);
    }
  }

  /** What Salvor itself says: names, UIDs, hashes, times, quantities. */
  @Test
  void whatSalvorSaysPasses() {
    var luck = new SplittableRandom(7);
    for (var round = 0; round < ROUNDS; round++) {
      var uid = new java.util.UUID(luck.nextLong(), luck.nextLong());
      var hash = Long.toHexString(luck.nextLong());
      var line =
          "delete PersistentVolumeClaim shop/data-%d: taken victimUid=\"%s\" plan=\"%s\" approvedBy=\"kubectl-patch\" approvedAt=\"2026-03-21T03:00:00.123456Z\" recovery=\"NamespaceRestore shop/back\" recoveryUid=\"\" digest sha256:%064x, %d bytes"
              .formatted(round, uid, hash, luck.nextLong(), luck.nextInt(1 << 30));
      assertThat(Redaction.of(line)).isEqualTo(line);
    }
  }

  /** A log must not stand still over one long line. */
  @Test
  void aLongLineTakesNoTime() {
    var long1 = "a".repeat(200_000);
    var long2 = "data: ".repeat(30_000) + "kind: Secret";
    var long3 = "A1b/".repeat(50_000);
    var long4 = "password: \"" + "\\\"x".repeat(50_000) + "\"";
    var long5 = "kind: Secret\ndata:\n" + "  a: b\n".repeat(50_000);
    for (var text : List.of(long1, long2, long3, long4, long5)) {
      var from = System.nanoTime();
      assertThat(Redaction.of(text)).doesNotContain("  a: b", "x\\\"x");
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(20));
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
