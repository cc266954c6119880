package dev.salvor.testkit;

/**
 * The operator's process died here. An Error, so that no handler of the operator takes it for a
 * failure it could treat.
 */
public final class Killed extends Error {
  private static final long serialVersionUID = 1;

  Killed(String message) {
    super(message);
  }
}
