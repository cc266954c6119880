package dev.salvor.workloads;

/** See {@link dev.salvor.kube.Redaction}. */
final class Redaction {
  private Redaction() {}

  static String of(String text) {
    return dev.salvor.kube.Redaction.of(text);
  }
}
