package dev.salvor.velero;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names as Velero writes them into labels (velero pkg/label/label.go, GetValidName). */
final class LabelValue {
  private static final int LONGEST = 63;

  private LabelValue() {}

  /**
   * The name itself, or its beginning and six digits of its SHA-256 if it is longer than a label.
   */
  static String of(String name) {
    return name.length() <= LONGEST
        ? name
        : name.substring(0, LONGEST - 6) + hash(name).substring(0, 6);
  }

  /** SHA-256 in hexadecimal digits. */
  static String hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
