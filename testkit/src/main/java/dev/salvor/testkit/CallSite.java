package dev.salvor.testkit;

/**
 * The place in the operator's code that asks for a write: {@code dev.salvor.velero.Leftovers:50}.
 * The port itself, with {@link dev.salvor.kube.Destroyer}, is not such a place.
 */
final class CallSite {
  private static final StackWalker STACK = StackWalker.getInstance();

  private CallSite() {}

  /** Of the write that is being made; empty if nobody of Salvor's asks for it. */
  static String here() {
    return STACK.walk(frames ->
        frames
            .filter(frame -> isOperators(frame.getClassName()))
            .findFirst()
            .map(frame -> frame.getClassName() + ":" + frame.getLineNumber())
            .orElse(""));
  }

  private static boolean isOperators(String name) {
    return name.startsWith("dev.salvor.")
        && !name.startsWith("dev.salvor.testkit.")
        && !name.startsWith("dev.salvor.kube.");
  }
}
