package dev.salvor.testkit.demo;

/** The demo did not come to its end; the message is the line to say so. */
final class DemoFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  DemoFailed(String message) {
    super(message);
  }
}
