package dev.salvor.workloads;

import java.net.URI;

/** One HTTP GET, as an application's user would make it. */
@FunctionalInterface
public interface HttpProbe {
  /** What came back. */
  sealed interface Answer {
    /** An HTTP status; redirects are not followed. */
    record Status(int code) implements Answer {}

    /** No answer, and why. */
    record Silence(String why) implements Answer {}
  }

  /** Never throws, and comes back within seconds. */
  Answer get(URI address);
}
